package dev.satchel.server.process;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.core.workload.Mount;
import dev.satchel.core.workload.Staging;
import dev.satchel.server.process.SecretDirectory.LaunchDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Lays out what a job needs and starts its runner. */
final class Starter {
  private static final String RUNNER = Resources.text("runner.sh");

  /**
   * The first of 2^24 user ids for jobs that are not trusted: above what systemd gives to
   * containers and below what it reserves. Source: systemd, UIDS-GIDS.
   */
  private static final int FIRST_USER_ID = 1_900_000_000;

  private static final int LAST_OF_USER_IDS = 0xff_ffff;

  private final Path data;
  private final Path attempts;
  private final Set<Path> hidden;
  private final SecretDirectory secrets;
  private final SecretFiles files;
  private final MountPoints mountPoints;
  private final long spoolMaxBytes;
  private final IsolationChoice isolation;

  Starter(
      Path data,
      Path attempts,
      Set<Path> hidden,
      SecretDirectory secrets,
      MadePlaces made,
      IsolationChoice isolation,
      long spoolMaxBytes) {
    this.data = data;
    this.attempts = attempts;
    this.hidden = Set.copyOf(hidden);
    this.secrets = secrets;
    this.files = new SecretFiles(made);
    this.mountPoints = new MountPoints(made);
    this.isolation = isolation;
    this.spoolMaxBytes = spoolMaxBytes;
  }

  List<String> objections(JobForm form) {
    if (form.container() != null) {
      return List.of("The process engine runs no images; leave the engine out, or say \"docker\".");
    }
    List<String> objections = new ArrayList<>(JobEnvironment.objections(form));
    addTo(objections, secrets.objection());
    addTo(objections, objectionToIsolation(form));
    addTo(objections, objectionToCommand(form.command()));
    addTo(objections, objectionToDirectory(form));
    objections.addAll(files.objections(form));
    objections.addAll(objectionsToMounts(form));
    return objections;
  }

  private List<String> objectionsToMounts(JobForm form) {
    if (form.mounts().isEmpty()) {
      return List.of();
    }
    try {
      return mountPoints.objections(form, hiddenDirectories(HiddenPaths.now()));
    } catch (IOException e) {
      return List.of("The places of the mounts cannot be looked at.");
    }
  }

  private @Nullable String objectionToIsolation(JobForm form) {
    Optional<Isolation> chosen = isolation.get();
    return chosen.isPresent() ? chosen.get().objection(form) : IsolationChoice.OBJECTION;
  }

  private static void addTo(List<String> objections, @Nullable String objection) {
    if (objection != null) {
      objections.add(objection);
    }
  }

  private static @Nullable String objectionToCommand(List<String> command) {
    if (command.isEmpty() || command.getFirst().isEmpty() || command.getFirst().startsWith("-")) {
      return "A command begins with the name of a program.";
    }
    return command.stream().anyMatch(word -> word.indexOf('\0') >= 0)
        ? "A command's words cannot hold NUL."
        : null;
  }

  private @Nullable String objectionToDirectory(JobForm form) {
    Path directory = form.workingDirectory();
    if (directory == null) {
      return null;
    }
    if (!form.trusted()) {
      return "Only an admin token may choose a working directory; leave it out for a fresh one.";
    }
    if (!directory.isAbsolute() || !Files.isDirectory(directory)) {
      return "The working directory " + directory + " is not a directory here.";
    }
    try {
      Path real = directory.toRealPath();
      return hiddenDirectories(HiddenPaths.now()).stream().anyMatch(real::startsWith)
          ? "The working directory " + directory + " is the server's own; choose another."
          : null;
    } catch (IOException e) {
      return "The working directory " + directory + " cannot be entered by the server.";
    }
  }

  /** Starts the runner of an attempt; whether it takes the start is seen later. */
  Process spawn(Launch launch, ControlDirectory control) {
    List<String> objections = new ArrayList<>(objections(launch.form()));
    objections.addAll(JobEnvironment.objections(launch));
    if (!objections.isEmpty()) {
      throw new RefusedException(Reason.START_FAILED, String.join(" ", objections));
    }
    Integer userId = userIdFor(launch);
    byte[] script = JobEnvironment.script(launch, System.getenv());
    try {
      Path directory = workingDirectory(launch.form(), control, userId);
      boolean shows = isolation.get().orElseThrow().shows(); // Else there was an objection.
      StagedFiles.lay(launch.staging(), control, userId, shows);
      LaunchDirectory prepared = secrets.prepare(launch, script, userId);
      return Tool.start(command(launch, control, directory, prepared, userId));
    } catch (IOException e) {
      throw failed(launch.attempt(), control, e);
    } catch (RefusedException refused) { // What would fill its directory must not.
      var _ = failed(launch.attempt(), control, new IOException(refused));
      throw refused;
    } finally {
      Arrays.fill(script, (byte) 0);
    }
  }

  /** What was laid out is taken away again, except where another start has won. */
  private RefusedException failed(AttemptId attempt, ControlDirectory control, IOException why) {
    try {
      Path launches = secrets.of(attempt);
      if (control.forbid() && launches != null) {
        Deletion.ofTree(launches);
      }
    } catch (IOException e) {
      why.addSuppressed(e);
    }
    return new RefusedException(
        Reason.START_FAILED, "The job could not be laid out: " + why.getMessage() + ".");
  }

  private static Path workingDirectory(
      JobForm form, ControlDirectory control, @Nullable Integer owner) throws IOException {
    control.make();
    Path chosen = form.workingDirectory();
    if (chosen != null) {
      return chosen.toRealPath();
    }
    ControlDirectory.make(control.work());
    if (owner != null) {
      Files.setAttribute(control.work(), "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(control.work(), "unix:gid", owner, LinkOption.NOFOLLOW_LINKS);
    }
    return control.work();
  }

  private List<String> command(
      Launch launch,
      ControlDirectory control,
      Path directory,
      LaunchDirectory prepared,
      @Nullable Integer userId)
      throws IOException {
    HiddenPaths paths = HiddenPaths.now();
    Set<Path> directories = hiddenDirectories(paths);
    Isolation chosen = isolation.get().orElseThrow(); // Else there was an objection.
    JobForm form = launch.form();
    Map<Path, Path> places = files.place(control, form, directory, prepared.files(), userId);
    List<Mount> mounts = mountPoints.place(control, form, launch.mounts());
    Staging staging = launch.staging();
    View view =
        new View(
            form.trusted(),
            directory,
            form.workingDirectory() == null,
            prepared.path(),
            List.copyOf(directories),
            hiddenFiles(directories, paths),
            form.trusted()
                ? HiddenPaths.diskNodes()
                : List.of(), // Others have a /dev of their own.
            staging == null ? Map.of() : staging.shared(),
            places,
            mounts,
            userId);
    List<String> command = new ArrayList<>(List.of("setsid", "/bin/sh", "-c", RUNNER));
    command.addAll(List.of("satchel-runner", control.path().toString()));
    command.add(prepared.path().toString());
    command.add(Long.toString(spoolMaxBytes / 512));
    command.add(chosen.endsTree() ? "" : launch.attempt().toString());
    command.addAll(chosen.command(view));
    return command;
  }

  /** The data directory first, and every other path that leads to what is hidden. */
  private Set<Path> hiddenDirectories(HiddenPaths paths) throws IOException {
    List<Path> directories = new ArrayList<>(List.of(data));
    directories.addAll(secrets.hidden());
    hidden.stream().filter(Files::isDirectory).forEach(directories::add);
    Set<Path> all = new LinkedHashSet<>(paths.of(directories));
    all.addAll(paths.otherProcessDirectories());
    return all;
  }

  private List<Path> hiddenFiles(Set<Path> directories, HiddenPaths paths) throws IOException {
    List<Path> files =
        hidden.stream().filter(it -> Files.exists(it) && !Files.isDirectory(it)).toList();
    return paths.of(files).stream()
        .filter(file -> directories.stream().noneMatch(file::startsWith))
        .toList();
  }

  /** Null for the server's own user: the owner's jobs, and all where the server is not root. */
  private @Nullable Integer userIdFor(Launch launch) {
    if (launch.form().trusted() || Machine.userId() != 0) {
      return null;
    }
    if (!launch.mounts().isEmpty()) { // What one has written to a volume, the next may change.
      return FIRST_USER_ID + LAST_OF_USER_IDS;
    }
    CRC32 hash = new CRC32(); // Two that meet share nothing but a number: no view and no process.
    hash.update((attempts + "/" + launch.attempt()).getBytes(StandardCharsets.UTF_8));
    return FIRST_USER_ID + (int) (hash.getValue() & LAST_OF_USER_IDS);
  }
}
