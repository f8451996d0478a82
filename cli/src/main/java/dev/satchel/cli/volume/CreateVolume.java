package dev.satchel.cli.volume;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a volume. */
public final class CreateVolume implements Command {
  private final Session session;

  private String name = "";
  private @Nullable String backend;
  private @Nullable Integer sizeGb;
  private @Nullable String mountPath;
  private List<String> geolocation = new ArrayList<>();
  private boolean ifMissing;

  public CreateVolume(Session session, Form form) {
    this.session = session;
    form.argument(value -> name = value, "NAME", "The volume's name.")
        .oneOf(List.of("cloud_bucket", "vast_local"))
        .text(
            value -> backend = value,
            "BACKEND",
            "cloud_bucket (in the server's store, for many jobs at once) or vast_local (on the machine of its first job, for one at a time).",
            "--backend")
        .number(
            value -> sizeGb = value, "GB", "How large it is, in 10^9 bytes.", "--size-gb", "--size")
        .text(
            value -> mountPath = value,
            "PATH",
            "Where jobs mount it that do not say.",
            "--mount-path")
        .texts(value -> geolocation = value, "PLACE", "Where it may lie", "--geolocation")
        .flag(
            value -> ifMissing = value,
            "One that is there, and is what is asked for, will do.",
            "--if-missing");
  }

  @Override
  public int run() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    if (backend != null) {
      body.put("backend", backend);
    }
    if (sizeGb != null) {
      body.put("size_gb", sizeGb);
    }
    if (mountPath != null) {
      body.put("mount_path_default", mountPath);
    }
    if (!geolocation.isEmpty()) {
      body.put("geolocation", geolocation);
    }
    if (ifMissing) {
      body.put("create_if_missing", true);
    }
    Node volume = session.send(Request.post(Paths.VOLUMES, body)).json();
    if (session.json()) {
      session.screen().json(volume);
    } else if (session.quiet()) {
      session.screen().line(volume.text("name"));
    } else {
      session
          .screen()
          .line(
              "The volume "
                  + volume.text("name")
                  + " ("
                  + volume.text("backend")
                  + ") is "
                  + volume.text("status")
                  + ".");
    }
    return ExitCode.OK;
  }
}
