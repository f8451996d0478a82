package dev.satchel.cli.volume;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.List;

/** Shows all that is known of a volume. */
public final class ShowVolume implements Command {
  private final Session session;

  private String name = "";

  public ShowVolume(Session session, Form form) {
    this.session = session;
    form.oneOf(LiveNames.ofVolumes(session))
        .argument(value -> name = value, "NAME", "The volume's name.");
  }

  @Override
  public int run() {
    Node volume = session.send(Request.get(VolumePath.ofVolume(name))).json();
    if (session.json()) {
      session.screen().json(volume);
    } else if (session.quiet()) {
      session.screen().line(volume.text("status"));
    } else {
      print(volume);
    }
    return ExitCode.OK;
  }

  private void print(Node volume) {
    Screen screen = session.screen();
    screen.line(
        screen.bold(volume.text("name"))
            + "  "
            + volume.text("backend")
            + (volume.at("size_gb").isPresent() ? ", " + volume.text("size_gb") + " GB" : ""));
    screen.line("  status   " + volume.text("status") + ": " + volume.text("reason"));
    line("  mounted  ", volume.text("mount_path_default"));
    line("  machine  ", volume.text("machine_id"));
    line("  lease    ", volume.text("lease_expires_at"));
    line("  place    ", String.join(", ", volume.at("geolocation").texts()));
    List<String> users = volume.at("used_by").texts();
    screen.line("  used by  " + (users.isEmpty() ? "no workload" : String.join(", ", users)));
  }

  private void line(String label, String text) {
    if (!text.isEmpty()) {
      session.screen().line(label + text);
    }
  }
}
