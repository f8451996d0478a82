package dev.satchel.cli.volume;

import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Copies between here and volumes, or from one volume to another by way of here. */
public final class CopyFile implements Command {
  private final Session session;

  private String from = "";
  private String to = "";

  public CopyFile(Session session, Form form) {
    this.session = session;
    form.footer(
            "  satchel volume cp ./data models:data",
            "  satchel volume cp models:data/a.bin .",
            "  satchel volume cp models:data other:data")
        .argument(value -> from = value, "FROM", "A file or directory here, or NAME:PATH.")
        .argument(value -> to = value, "TO", "A place here, or NAME:PATH.");
  }

  @Override
  public int run() {
    Optional<VolumePath> source = VolumePath.parse(from);
    Optional<VolumePath> target = VolumePath.parse(to);
    Transfer transfer = new Transfer(session);
    if (source.isPresent() && target.isPresent()) {
      copy(source.get(), target.get(), transfer);
    } else if (source.isPresent()) {
      transfer.get(source.get(), here(to));
    } else if (target.isPresent()) {
      Path file = here(from);
      transfer.put(file, PutFile.target(target.get(), to, file));
    } else {
      throw CliException.usage(
          "One of the two must be in a volume: NAME:PATH.",
          "satchel volume cp " + from + " NAME:PATH");
    }
    session.screen().note("Copied " + transfer.told() + ".");
    return ExitCode.OK;
  }

  private Path here(String path) {
    return session.surroundings().workingDirectory().resolve(path).normalize();
  }

  private void copy(VolumePath source, VolumePath target, Transfer transfer) {
    try {
      Path directory = Files.createTempDirectory("satchel-cp-");
      try {
        Path file = directory.resolve(source.name().isEmpty() ? source.volume() : source.name());
        new Transfer(session).get(source, file);
        transfer.put(file, PutFile.target(target, to, file));
      } finally {
        remove(directory);
      }
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, "The copy could not be kept here meanwhile: " + e);
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
