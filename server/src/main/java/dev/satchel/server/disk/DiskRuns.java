package dev.satchel.server.disk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.Remains;
import dev.satchel.core.workload.RunFiles;
import dev.satchel.core.workload.RunReport;
import dev.satchel.core.workload.RunSpec;
import dev.satchel.core.workload.Staging;
import java.io.BufferedOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files of runs, below one directory each: {@code code} is the archive of the program, {@code
 * packages} leads to those that came with it, {@code input} is what was sent, and {@code output}
 * what it left, as it was printed or as a tar.gz.
 */
public final class DiskRuns implements RunFiles {
  /** Of an output, and of each file that a run writes. */
  public static final long OUTPUT_MAX_BYTES = 512L << 20;

  private static final int OUTPUT_FILES_MAX = 100_000;
  private static final int NAME_SHOWN_CHARS = 100;

  private final Path directory;
  private final PushedArchive archives;
  private final SharedPackages packages;
  private final InstantSource clock;

  /** For each run one of them: more than run on any machine at once are not needed. */
  private final List<Lock> archiving =
      Stream.generate(() -> (Lock) new ReentrantLock()).limit(64).toList();

  public DiskRuns(Path directory, SharedPackages packages, InstantSource clock) {
    this.directory = directory;
    this.packages = packages;
    this.clock = clock;
    this.archives = new PushedArchive(100_000, 2L << 30);
    makePrivate(directory);
  }

  @Override
  public void place(String workload, @Nullable Path code, @Nullable Path input) {
    Path of = directory.resolve(workload);
    makePrivate(of);
    try {
      if (code != null) {
        Files.createLink(of.resolve("code"), code);
        Path shared = packages.of(String.valueOf(code.getFileName()));
        if (shared != null) {
          Files.createSymbolicLink(of.resolve("packages"), shared.toAbsolutePath());
        }
      }
      if (input != null) {
        Files.createLink(of.resolve("input"), input);
        Files.setPosixFilePermissions( // A program may open its standard input again by name.
            of.resolve("input"), PosixFilePermissions.fromString("r--r--r--"));
      }
      sync(of);
    } catch (IOException e) {
      remove(List.of(workload));
      throw new UncheckedIOException("the files of a run cannot be kept", e);
    }
  }

  @Override
  public void place(String workload, @Nullable Path code, byte[] input) {
    Path of = directory.resolve(workload);
    makePrivate(of);
    try {
      Path made = of.resolve("input");
      Files.write(made, input);
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("r--r--r--"));
      sync(made);
    } catch (IOException e) {
      remove(List.of(workload));
      throw new UncheckedIOException("the input of a run cannot be kept", e);
    }
    place(workload, code, (Path) null);
  }

  @Override
  public Path input(String workload) {
    return directory.resolve(workload).resolve("input");
  }

  @Override
  public Path output(String workload) {
    return directory.resolve(workload).resolve("output");
  }

  @Override
  public Path archive(Path file) {
    Path archive = file.resolveSibling(file.getFileName() + ".tar.gz");
    Path made = file.resolveSibling("archive.new");
    Lock one = archiving(String.valueOf(directory.relativize(file).getName(0)));
    one.lock(); // Several may ask at once, and an attempt after this may leave something else.
    try {
      if (Files.exists(archive)) {
        return archive;
      }
      if (isGzip(file)) {
        return file;
      }
      try (TarArchiveOutputStream tar = tar(made)) {
        if (Files.exists(file)) {
          put(tar, file, file.getFileName() + ".txt");
        }
      }
      return Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      discard(made);
      throw new UncheckedIOException("the files of a run cannot be packed", e);
    } finally {
      one.unlock();
    }
  }

  private Lock archiving(String workload) {
    return archiving.get(Math.floorMod(workload.hashCode(), archiving.size()));
  }

  private static boolean isGzip(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 0x1f && in.read() == 0x8b;
    }
  }

  static TarArchiveOutputStream tar(Path archive) throws IOException {
    OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive));
    var tar = new TarArchiveOutputStream(new GZIPOutputStream(out), "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    return tar;
  }

  static void putDirectory(TarArchiveOutputStream tar, String name) throws IOException {
    tar.putArchiveEntry(new TarArchiveEntry(name + "/"));
    tar.closeArchiveEntry();
  }

  static void put(TarArchiveOutputStream tar, Path file, String name) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(Files.size(file));
    if (Files.isExecutable(file)) {
      entry.setMode(0100755);
    }
    tar.putArchiveEntry(entry);
    Files.copy(file, tar);
    tar.closeArchiveEntry();
  }

  @Override
  public Path report(String workload, RunReport report) {
    return directory.resolve(workload).resolve(report.word());
  }

  @Override
  public Path asset(String workload, String id) {
    boolean named = RunAssets.ID.matcher(id).matches();
    return directory.resolve(workload).resolve(named ? id : "none");
  }

  @Override
  public Staging staging(String workload, RunSpec run, Set<String> secretFiles) {
    Path of = directory.resolve(workload);
    boolean packed = isPacked(run.input());
    Path input = of.resolve("input");
    Path kept = of.resolve("packages");
    boolean shares = Files.isDirectory(kept);
    return new Staging() {
      @Override
      public void fill(Path work) throws IOException {
        archives.unpack(shares ? SharedPackages.rest(kept) : of.resolve("code"), work);
        if (shares) {
          Files.createDirectories(work.resolve(SharedPackages.PLACE));
        }
        Path base = work.resolve(run.directory());
        if (packed && Files.exists(input)) {
          Path inputs = base.resolve(run.inputDirectory());
          Files.createDirectories(inputs);
          archives.unpack(input, inputs);
        }
        if (isPacked(run.output())) {
          Files.createDirectories(base.resolve(run.outputDirectories().getLast()));
        }
        secretFiles.stream()
            .filter(location -> !location.startsWith("/"))
            .forEach(location -> requireFree(work, location));
      }

      @Override
      public Map<String, Path> shared() throws IOException {
        return shares
            ? Map.of(SharedPackages.PLACE, SharedPackages.packages(kept).toRealPath())
            : Map.of();
      }

      @Override
      public @Nullable Path input() {
        return packed || !Files.exists(input) ? null : input;
      }

      @Override
      public boolean keepsOutput() {
        return run.printsOutput();
      }

      @Override
      public long fileMaxBytes() {
        return OUTPUT_MAX_BYTES;
      }
    };
  }

  /** The code that runs is what was pushed, and the input what was sent. */
  private static void requireFree(Path work, String location) {
    Path at = work;
    boolean free = !Path.of(location).startsWith(SharedPackages.PLACE);
    for (Path name : Path.of(location)) {
      free &= Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS) || !exists(at);
      at = at.resolve(name);
    }
    if (!free || exists(at)) {
      throw RefusedException.invalid(
          "secrets",
          "The file \""
              + location
              + "\" of its secrets collection would lie over a file of the application or of its"
              + " input; give the entry another location.");
    }
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isPacked(String format) {
    return format.equals("multi-file") || format.equals("csv-archive");
  }

  @Override
  public void collect(String workload, RunSpec run, Remains remains) {
    Path of = directory.resolve(workload);
    Path made = of.resolve("output.new");
    try {
      Files.deleteIfExists(made);
      if (run.printsOutput()) {
        if (!Files.isRegularFile(remains.output(), LinkOption.NOFOLLOW_LINKS)) {
          return; // It never began, or its output is taken already.
        }
        if (Files.size(remains.output()) >= OUTPUT_MAX_BYTES) {
          throw tooLarge();
        }
        Files.copy(remains.output(), made);
        requireObject(run, made);
      } else {
        pack(remains.directory(), outputs(remains.directory(), run), made);
      }
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
      sync(made);
      replaceOutput(workload, made);
      new RunReports(of, run).takeFrom(remains.directory());
      sync(of);
    } catch (RefusedException refused) {
      discard(made);
      throw refused;
    } catch (IOException e) {
      discard(made);
      throw unreadable(e, remains)
          .<RuntimeException>map(refused -> refused)
          .orElseGet(() -> new UncheckedIOException("the output of a run cannot be kept", e));
    }
  }

  private void replaceOutput(String workload, Path made) throws IOException {
    Path output = output(workload);
    Lock one = archiving(workload);
    one.lock();
    try {
      Files.deleteIfExists(output.resolveSibling("output.tar.gz")); // Of an attempt before.
      Files.move(made, output, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      one.unlock();
    }
  }

  private static void discard(Path made) {
    try {
      Files.deleteIfExists(made);
    } catch (IOException e) {
      // It goes with the run.
    }
  }

  /** What is wrong with what the program left will not be better when it is looked at again. */
  private static Optional<RefusedException> unreadable(IOException failure, Remains remains) {
    if (!(failure instanceof FileSystemException of) || of.getFile() == null) {
      return Optional.empty();
    }
    Path file = Path.of(of.getFile());
    if (!file.startsWith(remains.directory()) && !file.startsWith(remains.output())) {
      return Optional.empty();
    }
    String name = file.getFileName() + "";
    return Optional.of(
        RefusedException.invalid(
            "output",
            "What it left cannot be read, at \""
                + name.substring(0, Math.min(NAME_SHOWN_CHARS, name.length()))
                + "\": its mode keeps the server out, or it lies too deep."));
  }

  @Override
  public void keep(
      String workload, RunSpec run, @Nullable Path output, Map<RunReport, Path> reports) {
    Path of = directory.resolve(workload);
    try {
      if (output != null) {
        requireObject(run, output);
        Files.createLink(of.resolve("output"), output);
      }
      RunReports taken = new RunReports(of, run);
      for (RunReport report : RunReport.values()) {
        taken.take(report, reports.get(report));
      }
      sync(of);
    } catch (IOException e) {
      throw new UncheckedIOException("what a run left cannot be kept", e);
    }
  }

  /** Clients take the output of the format json for an object. Nothing at all is no output. */
  private static void requireObject(RunSpec run, Path output) throws IOException {
    if (!run.output().equals("json") || Files.size(output) == 0) {
      return;
    }
    try (var parser = new JsonFactory().createParser(output.toFile())) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        parser.skipChildren();
        if (parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null) {
          return;
        }
      }
    } catch (JsonProcessingException | CharConversionException e) {
      // Told below.
    }
    throw RefusedException.invalid(
        "output",
        "Its output is not a JSON object. It prints its result to standard output, and everything"
            + " else to standard error.");
  }

  /** The first of its output directories that is there. */
  private static Optional<Path> outputs(Path work, RunSpec run) {
    return run.outputDirectories().stream()
        .map(each -> Path.of(run.directory(), each))
        .filter(each -> isReached(work, each))
        .findFirst();
  }

  /** Only files, and through no link: what a program left may point anywhere. */
  private static void pack(Path work, Optional<Path> relative, Path archive) throws IOException {
    try (TarArchiveOutputStream tar = tar(archive)) {
      if (relative.isPresent()) {
        Path root = work.resolve(relative.get()).normalize();
        Files.walkFileTree(root, new Packing(root, tar, relative.get().endsWith("outputs")));
      }
      tar.finish();
    }
  }

  /** Whether there is a directory, and no link on the way to it. */
  static boolean isReached(Path work, Path relative) {
    Path at = work;
    for (Path name : relative.normalize()) {
      at = at.resolve(name);
      if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
    }
    return true;
  }

  private static final class Packing extends SimpleFileVisitor<Path> {
    private static final List<String> REPORTS =
        Arrays.stream(RunReport.values()).map(RunReport::word).toList();

    private final Path root;
    private final TarArchiveOutputStream tar;
    private final boolean besideReports;
    private long bytes;
    private int files;

    /**
     * @param besideReports whether reports may lie there too, which are no output
     */
    Packing(Path root, TarArchiveOutputStream tar, boolean besideReports) {
      this.root = root;
      this.tar = tar;
      this.besideReports = besideReports;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
      return isReport(path, "") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    private boolean isReport(Path path, String ending) {
      return besideReports
          && root.equals(path.getParent())
          && REPORTS.stream().anyMatch(report -> path.endsWith(report + ending));
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (!attributes.isRegularFile() || isReport(file, ".json")) {
        return FileVisitResult.CONTINUE;
      }
      files++;
      bytes += attributes.size();
      if (files > OUTPUT_FILES_MAX || bytes > OUTPUT_MAX_BYTES) {
        throw tooLarge();
      }
      put(tar, file, root.relativize(file).toString());
      return FileVisitResult.CONTINUE;
    }
  }

  private static RefusedException tooLarge() {
    return new RefusedException(
        Reason.TOO_LARGE,
        "Its output is larger than a run's may be: "
            + OUTPUT_MAX_BYTES
            + " bytes, in at most "
            + OUTPUT_FILES_MAX
            + " files.");
  }

  @Override
  public List<String> workloads(String after, int limit) {
    return DiskInputs.settled(directory, clock, after, limit);
  }

  @Override
  public void remove(Collection<String> workloads) {
    DiskInputs.removeAll(directory, workloads);
  }

  static void makePrivate(Path directory) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new UncheckedIOException("the directory " + directory + " cannot be made", e);
    }
  }

  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
