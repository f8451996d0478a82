package dev.satchel.server.docker;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.EngineOutageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an engine says of this installation's containers, and their removal. */
final class Containers {
  private static final Duration ANSWER = Duration.ofMinutes(1);
  private static final String FORMAT =
      "{\"Name\":{{json .Name}},\"Id\":{{json .Id}},\"State\":{{json .State}},"
          + "\"Config\":{\"Labels\":{{json .Config.Labels}}}}";

  private final Names names;
  private final Gathering looks;
  private final Gathering removals;

  Containers(Supplier<ContainerCli> cli, Names names) {
    this.names = names;
    this.looks = new Gathering(asked -> inspect(cli.get(), asked), ANSWER.multipliedBy(2));
    this.removals =
        new Gathering(
            asked -> cli.get().run(ANSWER, words(asked, "rm", "--force", "--volumes")),
            ANSWER.multipliedBy(2));
  }

  private static ContainerCli.Answer inspect(ContainerCli cli, List<String> asked) {
    String format = cli.isPodman() ? "{{json .}}" : FORMAT; // Its templates name fields otherwise.
    return cli.run(ANSWER, words(asked, "container", "inspect", "--format", format));
  }

  private static String[] words(List<String> asked, String... command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(asked);
    return words.toArray(String[]::new);
  }

  /** Null where there is no container of its name, or one that is not this installation's. */
  @Nullable Container inspect(AttemptId id) {
    String name = names.of(id);
    ContainerCli.Answer answer = looks.ask(name);
    Container container = Container.readAll(answer.out()).get(name);
    if (container != null) {
      return container.isOf(names, id) ? container : null;
    }
    Pattern absent =
        Pattern.compile(
            "no such (container|object).*\\b" + Pattern.quote(name) + "\\b",
            Pattern.CASE_INSENSITIVE);
    if (absent.matcher(answer.err()).find()) {
      return null;
    }
    throw new EngineOutageException(
        "The container engine does not say how it stands: " + Words.shortened(answer.err()));
  }

  /**
   * Removes an attempt's container, also where it runs; nothing where there is none.
   *
   * @param known the engine's id of it; null where none is known
   */
  void remove(AttemptId id, @Nullable String known) {
    String container = known;
    if (container == null) {
      Container found = inspect(id);
      container = found == null ? null : found.id();
    }
    if (container == null) {
      return;
    }
    ContainerCli.Answer answer = removals.ask(container);
    boolean removed = answer.out().lines().anyMatch(container::equals);
    if (!removed && inspect(id) != null) {
      throw new IllegalStateException(
          "a container could not be removed: " + Words.shortened(answer.err()));
    }
  }
}
