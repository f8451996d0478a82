package dev.satchel.server.docker;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.Launch;
import dev.satchel.core.workload.Staging;
import dev.satchel.server.docker.ContainerVariables.Wiped;
import dev.satchel.server.tmpfs.SecretRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lays out what a job needs and creates its container. */
final class ContainerStarter {
  private static final Duration ANSWER = Duration.ofMinutes(2);

  private final Names names;
  private final NamedVolumes volumes;
  private final AttemptDirectories directories;
  private final List<String> operators;
  private final @Nullable RemoteFiles remote; // Null where the engine sees this machine's files.

  ContainerStarter(
      Names names,
      AttemptDirectories directories,
      List<String> operators,
      @Nullable RemoteFiles remote) {
    this.remote = remote;
    this.names = names;
    this.volumes = new NamedVolumes(names);
    this.directories = directories;
    this.operators = operators;
  }

  /**
   * Creates the container of an attempt.
   *
   * @return its id; empty where there is one of its name by now
   * @throws RefusedException START_FAILED where there is none, and none will be
   */
  Optional<String> create(
      ContainerCli cli, String engineId, Launch launch, ContainerSpec container, Image image) {
    AttemptId attempt = launch.attempt();
    try (ContainerVariables variables = variables(launch, cli)) {
      directories.create(attempt, engineId);
      String named = container.user() == null ? image.user() : container.user();
      StagedRun staged = staged(cli, launch, Image.userNumber(named));
      String user = staged == null ? named : staged.user();
      Map<String, Path> files = files(launch, Image.userNumber(user));
      launch.hostMounts().forEach(mount -> volumes.release(cli, mount, attempt));
      launch.hostMounts().forEach(mount -> volumes.ensure(cli, mount, container.image()));
      Path envFile = directories.writeVariables(attempt, variables.file());
      try {
        List<String> words =
            new CreateCommand(names, cli.isPodman(), operators)
                .words(
                    attempt,
                    launch.form(),
                    container,
                    image,
                    envFile,
                    variables.names(),
                    files,
                    staged,
                    launch.mounts(),
                    launch.hostMounts());
        return create(cli, launch, variables, words);
      } finally {
        directories.removeVariables(attempt);
      }
    } catch (IOException e) {
      throw new RefusedException(
          Reason.START_FAILED, "The container could not be laid out: " + e.getMessage() + ".");
    }
  }

  private Map<String, Path> files(Launch launch, @Nullable Integer user) throws IOException {
    if (remote == null || launch.files().isEmpty()) {
      return directories.writeFiles(launch.attempt(), launch.files(), user);
    }
    directories.markRemote(launch.attempt());
    return remote.write(launch.attempt(), launch.files(), user);
  }

  private @Nullable StagedRun staged(ContainerCli cli, Launch launch, @Nullable Integer imageUser)
      throws IOException {
    Staging staging = launch.staging();
    if (staging == null) {
      return null;
    }
    boolean rootless = SecretRoot.userId() != 0 && EngineInfo.of(cli).rootless();
    return StagedRun.lay(
        directories.staged(launch.attempt()),
        staging,
        launch.files().keySet(),
        imageUser,
        rootless);
  }

  private static ContainerVariables variables(Launch launch, ContainerCli cli) {
    ContainerVariables variables = new ContainerVariables(launch.variables(), cli.isPodman());
    if (!variables.objections().isEmpty()) {
      throw new RefusedException(Reason.START_FAILED, String.join(" ", variables.objections()));
    }
    return variables;
  }

  private static Optional<String> create(
      ContainerCli cli, Launch launch, ContainerVariables variables, List<String> words) {
    byte[] script = script(cli, variables, words);
    ContainerCli.Answer answer;
    try {
      answer = cli.runScript(ANSWER, script);
    } finally {
      Arrays.fill(script, (byte) 0);
    }
    if (answer.succeeded()) {
      return Optional.of(answer.out().strip());
    }
    if (!answer.err().contains("already in use")) {
      List<SecretValue> values = new ArrayList<>(launch.variables().values());
      values.addAll(launch.files().values());
      throw new RefusedException(
          Reason.START_FAILED,
          "The container was not created: " + Words.without(values, answer.err()));
    }
    return Optional.empty();
  }

  /** A shell takes every byte of a word as it is, whatever the server's own locale. */
  private static byte[] script(ContainerCli cli, ContainerVariables variables, List<String> words) {
    try (Wiped script = new Wiped()) {
      variables.export(script);
      script.text("exec");
      for (String word : cli.command(words)) {
        script.text(" ").quotedWord(word.getBytes(StandardCharsets.UTF_8));
      }
      return script.text(" </dev/null\n").toByteArray();
    }
  }
}
