package dev.satchel.cli.volume;

import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import java.nio.file.Path;
import java.util.Optional;

/** Copies between here and volumes, or from one volume to another. */
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
      Path named = Path.of("/", source.get().volume(), source.get().path());
      transfer.copy(source.get(), PutFile.target(target.get(), to, named));
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
}
