package dev.satchel.cli.volume;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;

/** Removes a file or directory of a volume. */
public final class RemoveFile implements Command {
  private final Session session;

  private String name = "";
  private String path = "";
  private boolean recursive;

  public RemoveFile(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofVolumes(session))
        .argument(value -> name = value, "NAME", "The volume's name, or NAME:PATH.")
        .argumentIfAny(value -> path = value, "PATH", "A file or directory in it.")
        .flag(
            value -> recursive = value,
            "Remove a directory with all that is in it.",
            "-r",
            "--recursive");
  }

  @Override
  public int run() {
    VolumePath place = VolumePath.parse(name).orElseGet(() -> VolumePath.of(name, path));
    if (place.path().isEmpty()) {
      throw CliException.usage(
          "Say what to remove; a whole volume is deleted.",
          "satchel volume rm " + place.volume() + " PATH",
          "satchel volume delete " + place.volume());
    }
    session.send(Request.delete(place.url()).with("recursive", recursive ? "true" : null));
    session.screen().note("Removed " + place + ".");
    return ExitCode.OK;
  }
}
