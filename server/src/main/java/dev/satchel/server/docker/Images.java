package dev.satchel.server.docker;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.RegistryLogin;
import dev.satchel.core.workload.ContainerSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The images that an engine has, and how it comes by those that it has not. */
final class Images {
  private static final Duration ANSWER = Duration.ofMinutes(1);

  /** How long an answer is good for: from a look before a start to the start. */
  private static final Duration FRESH = Duration.ofSeconds(2);

  private static final int KEPT_MAX = 64;

  private final Supplier<ContainerCli> cli;
  private final AttemptDirectories directories;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /** An image as it was at a time of {@link System#nanoTime}. */
  private record Seen(Image image, long at) {
    boolean isFresh() {
      return System.nanoTime() - at < FRESH.toNanos();
    }
  }

  Images(Supplier<ContainerCli> cli, AttemptDirectories directories) {
    this.cli = cli;
    this.directories = directories;
  }

  /** Brings an image that is not there; the login is asked for, and closed, only then. */
  void bring(String reference, Supplier<Optional<RegistryLogin>> login, Consumer<String> progress) {
    if (find(reference).isPresent()) {
      return;
    }
    ContainerCli engine = cli.get();
    Optional<RegistryLogin> with = login.get();
    if (with.isEmpty()) {
      new ImagePull(engine, reference, null).run(progress);
      return;
    }
    try (RegistryLogin open = with.get();
        PullLogin written = new PullLogin(engine, open, directories.newLogin())) {
      new ImagePull(engine, reference, new ImagePull.With(open, written.variables())).run(progress);
    } catch (IOException e) {
      throw new RefusedException(
          Reason.IMAGE_PULL,
          "The login for the image " + reference + " could not be laid out: " + e.getMessage());
    }
  }

  /** The image that a container is to be of; it was there a moment ago. */
  Image of(ContainerSpec container) {
    return find(container.image())
        .orElseThrow(
            () ->
                new RefusedException(
                    Reason.START_FAILED,
                    "The image " + container.image() + " was removed meanwhile."));
  }

  private Optional<Image> find(String reference) {
    Seen before = seen.get(reference);
    if (before != null && before.isFresh()) {
      return Optional.of(before.image());
    }
    long now = System.nanoTime();
    ContainerCli.Answer answer =
        cli.get().run(ANSWER, "image", "inspect", "--format", "{{json .}}", "--", reference);
    if (!answer.succeeded()) {
      return Optional.empty();
    }
    Image image = Image.read(answer.out());
    if (seen.size() >= KEPT_MAX) {
      seen.values().removeIf(one -> !one.isFresh());
    }
    seen.put(reference, new Seen(image, now));
    return Optional.of(image);
  }
}
