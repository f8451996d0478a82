package dev.satchel.cli.volume;

import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;

/** Copies a file or directory out of a volume. */
public final class GetFile implements Command {
  private final Session session;

  private String name = "";
  private String from = "";
  private String to = "";

  public GetFile(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofVolumes(session))
        .argument(value -> name = value, "NAME", "The volume's name.")
        .argument(value -> from = value, "PATH", "A file or directory in it.")
        .argumentIfAny(
            value -> to = value,
            "FILE",
            "Where here, or - to print it; its own name where absent.");
  }

  @Override
  public int run() {
    Transfer transfer = new Transfer(session);
    VolumePath place = VolumePath.of(name, from);
    if (to.equals("-")) {
      transfer.getStream(place, session.surroundings().out());
      return ExitCode.OK;
    }
    String target = !to.isEmpty() ? to : place.name().isEmpty() ? name : place.name();
    transfer.get(place, session.surroundings().workingDirectory().resolve(target));
    session.screen().note("Got " + transfer.told() + ".");
    return ExitCode.OK;
  }
}
