package dev.satchel.cli.application;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Age;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the commands about applications share. */
final class Apps {
  private Apps() {}

  static String path(String application) {
    return Paths.APPLICATIONS + "/" + Request.segment(application);
  }

  /** Takes an application that is there. */
  static Form one(Form form, Session session, Consumer<String> to) {
    return form.oneOf(LiveNames.ofApplications(session))
        .argument(to, "APP", "The application's id.");
  }

  /** Takes a part of the application that was taken before. */
  static Form part(
      Form form, Session session, Part part, Supplier<String> of, Consumer<String> to) {
    return form.oneOf(LiveNames.ofApplication(session, of, part.segment()))
        .argument(to, "ID", "The " + part.noun() + "'s id.");
  }

  /** Adds a member where somebody said it. */
  static void put(Map<String, Object> body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  /** {@code name=value}, again and again. */
  static Map<String, String> options(List<String> pairs) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw CliException.usage("An option needs a name and a value: --option NAME=VALUE.");
      }
      options.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return options;
  }

  /** Tells what a write has come to. */
  static int told(Session session, Node written, String sentence) {
    if (session.json()) {
      session.screen().json(written);
    } else if (session.quiet()) {
      session.screen().line(written.text("id"));
    } else {
      session.screen().line(sentence);
    }
    return ExitCode.OK;
  }

  /** The heading of what is shown: id, name, what it is for, and its times. */
  static void printHead(Screen screen, Node shown) {
    String id = shown.text("id");
    String name = shown.text("name");
    screen.line(screen.bold(id) + (name.equals(id) ? "" : "  " + name));
    line(screen, "for", shown.text("description"));
    line(screen, "created", Age.ago(shown.text("created_at"), screen.now()));
    line(screen, "updated", Age.ago(shown.text("updated_at"), screen.now()));
  }

  /** JSON in a line; empty where there is none. */
  static String document(Node json) {
    return json.isPresent() ? Json.write(json) : "";
  }

  /** A line of what is shown, unless there is nothing to say. */
  static void line(Screen screen, String label, String text) {
    if (!text.isEmpty()) {
      screen.line("  " + label + " ".repeat(Math.max(1, 11 - label.length())) + text);
    }
  }
}
