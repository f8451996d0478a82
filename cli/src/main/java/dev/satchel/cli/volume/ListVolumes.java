package dev.satchel.cli.volume;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Table;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.List;

/** Lists volumes. */
public final class ListVolumes implements Command {
  private final Session session;

  public ListVolumes(Session session) {
    this.session = session;
  }

  @Override
  public int run() {
    List<Node> volumes = session.items(Request.get(Paths.VOLUMES), Integer.MAX_VALUE);
    if (session.json()) {
      session.screen().json(Session.page(volumes));
    } else if (session.quiet()) {
      volumes.forEach(volume -> session.screen().line(volume.text("name")));
    } else if (volumes.isEmpty()) {
      session.screen().note("No volumes yet. Make one: satchel volume create NAME");
    } else {
      Table table = new Table("NAME", "BACKEND", "SIZE", "STATUS", "MOUNTED AT", "USED BY");
      for (Node volume : volumes) {
        table.row(
            volume.text("name"),
            volume.text("backend"),
            volume.at("size_gb").isPresent() ? volume.text("size_gb") + " GB" : "-",
            volume.text("status"),
            volume.at("mount_path_default").isPresent() ? volume.text("mount_path_default") : "-",
            String.valueOf(volume.at("used_by").items().size()));
      }
      table.print(session.screen());
    }
    return ExitCode.OK;
  }
}
