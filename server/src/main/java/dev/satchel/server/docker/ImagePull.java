package dev.satchel.server.docker;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.RegistryLogin;
import dev.satchel.core.credential.RegistryServer;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.workload.EngineOutageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings one image from its registry, and says how far it is. */
final class ImagePull {
  private static final Duration LIMIT = Duration.ofHours(2);
  private static final Duration STILL_LIMIT = Duration.ofMinutes(15);
  private static final List<String> DENIED =
      List.of("unauthorized", "denied", "authentication required", "no basic auth", "forbidden");
  private static final List<String> ABSENT =
      List.of("not found", "manifest unknown", "does not exist", "no such image", "name unknown");
  private static final List<String> UNREACHABLE =
      List.of(
          "no such host",
          "connection refused",
          "timeout",
          "timed out",
          "unreachable",
          "x509",
          "tls",
          "no route",
          "server misbehaving");

  private final ContainerCli cli;
  private final String image;
  private final @Nullable With with;
  private int layers;
  private int complete;
  private String lastLine = "";
  private long lastWordAt = System.nanoTime();

  /**
   * A login that it is pulled with.
   *
   * @param variables what makes the CLI use it
   */
  record With(RegistryLogin login, Map<String, String> variables) {}

  /**
   * @param with null for what the server's user is logged in to
   */
  ImagePull(ContainerCli cli, String image, @Nullable With with) {
    this.cli = cli;
    this.image = image;
    this.with = with;
  }

  /**
   * Brings the image.
   *
   * @param progress told each second; where it throws, the pull is given up
   * @throws RefusedException IMAGE_PULL where it cannot be had
   */
  void run(Consumer<String> progress) {
    try {
      Process process = cli.stream(with == null ? Map.of() : with.variables(), "pull", "--", image);
      try {
        Thread.ofPlatform().name("docker-pull").daemon().start(() -> read(process));
        await(process, progress);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new EngineOutageException("The container CLI could not be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineOutageException("The server is stopping.");
    }
  }

  private void await(Process process, Consumer<String> progress) throws InterruptedException {
    long begun = System.nanoTime();
    progress.accept(told());
    while (!process.waitFor(1, TimeUnit.SECONDS)) {
      progress.accept(told());
      if (System.nanoTime() - begun > LIMIT.toNanos() || still() > STILL_LIMIT.toNanos()) {
        throw refused("it takes too long", "Pull it by hand once, or name one that is nearer.");
      }
    }
    Thread.sleep(Duration.ofMillis(50)); // The reader's last line.
    if (process.exitValue() != 0) {
      throw failure(last());
    }
  }

  private synchronized long still() {
    return System.nanoTime() - lastWordAt;
  }

  private synchronized String last() {
    return lastLine;
  }

  private synchronized String told() {
    return "Its image "
        + image
        + " is being pulled"
        + (layers == 0 ? "." : ": " + complete + " of " + layers + " layers.");
  }

  private void read(Process process) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line);
      }
    } catch (IOException e) {
      // Its exit code says how it ended.
    }
  }

  private synchronized void take(String line) {
    lastWordAt = System.nanoTime();
    if (line.endsWith(": Pulling fs layer") || line.endsWith(": Already exists")) {
      layers++;
    }
    if (line.endsWith(": Pull complete") || line.endsWith(": Already exists")) {
      complete++;
    }
    if (!line.isBlank()) {
      lastLine = line;
    }
  }

  private RuntimeException failure(String said) {
    if (ContainerCli.isOutage(said)) {
      return new EngineOutageException(
          "The container engine does not answer (" + Words.shortened(said) + ").");
    }
    String why = Words.without(secrets(), said);
    if (mentions(said, DENIED)) {
      return refused("there is none of this name, or the registry denies it", denied(why));
    }
    if (mentions(said, ABSENT)) {
      return refused("there is no such image", "Check the name and the tag. It said: " + why);
    }
    if (mentions(said, UNREACHABLE)) {
      return refused(
          "its registry cannot be reached",
          "Check the name and the network, or load the image on the server's machine. It said: "
              + why);
    }
    return refused("the pull failed", "It said: " + why);
  }

  private String denied(String why) {
    return with == null
        ? "Check the name; for a private one store its registry's login (satchel credentials new"
            + " NAME --kind registry server="
            + RegistryServer.ofImage(image)
            + " username=… password), then resubmit. It said: "
            + why
        : "The login of the credential \""
            + with.login().credential()
            + "\" was used: check the name of the image, and what that login may pull. It said: "
            + why;
  }

  private List<SecretValue> secrets() {
    if (with == null) {
      return List.of();
    }
    byte[] password = with.login().password().bytes();
    byte[] user = (with.login().username() + ":").getBytes(StandardCharsets.UTF_8);
    byte[] both = Arrays.copyOf(user, user.length + password.length);
    System.arraycopy(password, 0, both, user.length, password.length);
    return List.of( // As it is, and as it goes to the registry.
        with.login().password(), SecretValue.of(Base64.getEncoder().encode(both)));
  }

  private static boolean mentions(String said, List<String> words) {
    String lower = said.toLowerCase(Locale.ROOT);
    return words.stream().anyMatch(lower::contains);
  }

  private RefusedException refused(String why, String next) {
    return new RefusedException(
        Reason.IMAGE_PULL, "The image " + image + " could not be pulled: " + why + ". " + next);
  }
}
