package dev.satchel.cli.volume;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Age;
import dev.satchel.cli.output.Table;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.List;

/** Lists what is in a directory of a volume. */
public final class ListFiles implements Command {
  private final Session session;

  private String name = "";
  private String path = "";

  public ListFiles(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofVolumes(session))
        .argument(value -> name = value, "NAME", "The volume's name, or NAME:PATH.")
        .argumentIfAny(value -> path = value, "PATH", "A directory in it.");
  }

  @Override
  public int run() {
    VolumePath place = VolumePath.parse(name).orElseGet(() -> VolumePath.of(name, path));
    List<Node> items = session.items(Request.get(place.url()), Integer.MAX_VALUE);
    if (session.json()) {
      session.screen().json(Session.page(items));
    } else if (session.quiet()) {
      items.forEach(item -> session.screen().line(item.text("name")));
    } else if (items.isEmpty()) {
      session.screen().note("There is nothing in " + place + ".");
    } else {
      Table table = new Table("NAME", "SIZE", "CHANGED");
      for (Node item : items) {
        boolean isDirectory = item.text("type").equals("directory");
        table.row(
            item.text("name") + (isDirectory ? "/" : ""),
            item.text("type").equals("file") ? item.text("size_bytes") : item.text("type"),
            Age.ago(item.text("modified_at"), session.screen().now()));
      }
      table.print(session.screen());
    }
    return ExitCode.OK;
  }
}
