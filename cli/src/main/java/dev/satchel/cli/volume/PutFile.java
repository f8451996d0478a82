package dev.satchel.cli.volume;

import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import java.nio.file.Path;

/** Copies a file or directory into a volume. */
public final class PutFile implements Command {
  private final Session session;

  private String name = "";
  private String from = "";
  private String to = "";

  public PutFile(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofVolumes(session))
        .argument(value -> name = value, "NAME", "The volume's name.")
        .argument(
            value -> from = value, "FILE", "A file or directory here, or - for what comes in.")
        .argumentIfAny(
            value -> to = value, "PATH", "Where in the volume; the file's own name where absent.");
  }

  @Override
  public int run() {
    Transfer transfer = new Transfer(session);
    if (from.equals("-")) {
      if (to.isEmpty()) {
        throw CliException.usage(
            "What comes in has no name: say where it goes.", "satchel volume put NAME - PATH");
      }
      transfer.putStream(session.surroundings().in(), VolumePath.of(name, to));
    } else {
      Path file = session.surroundings().workingDirectory().resolve(from).normalize();
      transfer.put(file, target(VolumePath.of(name, to), to, file));
    }
    session.screen().note("Put " + transfer.told() + ".");
    return ExitCode.OK;
  }

  /** A path that ends in a slash, or none, is a directory for the file to go into. */
  static VolumePath target(VolumePath place, String typed, Path file) {
    return place.path().isEmpty() || typed.endsWith("/")
        ? place.in(String.valueOf(file.getFileName()))
        : place;
  }
}
