package dev.satchel.cli.secret;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.input.Entry;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the commands about bundles share. */
final class Secrets {
  private Secrets() {}

  static String path(String name) {
    return Paths.SECRETS + "/" + Request.segment(name);
  }

  static List<Map<String, String>> wire(List<Entry> entries) {
    return entries.stream().map(Entry::toWire).toList();
  }

  /** Tells what a write has changed. */
  static int tellWritten(Session session, Node written) {
    if (session.json()) {
      session.screen().json(written);
    } else if (session.quiet()) {
      session.screen().line(written.text("name"));
    } else {
      session
          .screen()
          .line(
              "Stored "
                  + written.text("name")
                  + " (revision "
                  + written.text("revision")
                  + changes(written)
                  + ").");
    }
    return ExitCode.OK;
  }

  private static String changes(Node written) {
    List<String> parts = new ArrayList<>();
    for (String kind : new String[] {"added", "replaced", "dropped"}) {
      List<String> locations = written.at(kind).texts();
      if (!locations.isEmpty()) {
        parts.add(kind + " " + String.join(", ", locations));
      }
    }
    return parts.isEmpty() ? "" : ": " + String.join("; ", parts);
  }
}
