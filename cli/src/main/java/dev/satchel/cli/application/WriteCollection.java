package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.input.Entry;
import dev.satchel.cli.input.Values;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a secrets collection, or replaces what one holds. No value is taken from an argument. */
public final class WriteCollection implements Command {
  private final Session session;
  private final boolean create;

  private String app = "";
  private String id = "";
  private List<String> pairs = new ArrayList<>();
  private List<String> files = new ArrayList<>();
  private List<String> envFiles = new ArrayList<>();
  private @Nullable String name;
  private @Nullable String description;
  private @Nullable String seen;

  /**
   * @param create whether it is to be made; otherwise it is there
   */
  public WriteCollection(Session session, Form form, boolean create) {
    this.session = session;
    this.create = create;
    String command = "  satchel app secrets " + (create ? "create" : "update") + " seed lic ";
    form.footer(
        command + "KEY        asks, or takes the variable KEY",
        command + "KEY=@FILE  the file's text, as it is",
        command + "--file a/acme.lic=@FILE",
        "                                     a file, from where the program works");
    Apps.one(form, session, value -> app = value);
    if (create) {
      form.argument(value -> id = value, "ID", "Its id: letters, digits and . _ -");
    } else {
      Apps.part(form, session, Part.SECRETS, () -> app, value -> id = value);
    }
    form.arguments(
            value -> pairs = value, 0, "KEY", "A variable: KEY alone, KEY=@FILE or KEY=- (stdin).")
        .texts(value -> files = value, "PATH=@FILE", "A file that runs get at PATH", "--file")
        .texts(
            value -> envFiles = value, "FILE", "Variables from a dotenv file, or -", "--env-file")
        .text(value -> name = value, "TEXT", "A name for people.", "--name")
        .text(value -> description = value, "TEXT", "What it is for.", "--description");
    if (!create) {
      form.text(
          value -> seen = value,
          "TIME",
          "Refuse where somebody has changed it since (updated_at).",
          "--if-updated-at");
    }
  }

  @Override
  public int run() {
    pairs.forEach(WriteCollection::requireHidden);
    files.forEach(WriteCollection::requireHidden);
    List<Entry> entries = new Values(session.surroundings()).entries(pairs, files, envFiles);
    Map<String, Object> body = new LinkedHashMap<>();
    Apps.put(body, "name", name == null && create ? id : name);
    Apps.put(body, "description", description);
    Apps.put(body, "updated_at", seen);
    if (!entries.isEmpty()) {
      body.put("secrets", entries.stream().map(WriteCollection::wire).toList());
    }
    return create ? create(body, entries) : update(body, entries);
  }

  private int create(Map<String, Object> body, List<Entry> entries) {
    if (entries.isEmpty()) {
      throw CliException.usage(
          "A secrets collection needs at least one value.",
          "satchel app secrets create " + app + " " + id + " KEY");
    }
    body.put("id", id);
    Node made = session.send(Request.post(Part.SECRETS.path(app), body)).json();
    return Apps.told(session, made, "Made " + id + " (" + count(entries) + ").");
  }

  private int update(Map<String, Object> body, List<Entry> entries) {
    if (body.isEmpty() || (body.size() == 1 && seen != null)) {
      throw CliException.usage(
          "Nothing to change.", "satchel app secrets update " + app + " " + id + " KEY");
    }
    Node written = session.send(Request.put(Part.SECRETS.path(app, id), body)).json();
    String holds = entries.isEmpty() ? "what it holds stays" : "it now holds " + count(entries);
    return Apps.told(session, written, "Changed " + id + "; " + holds + ".");
  }

  private static String count(List<Entry> entries) {
    return entries.size() == 1 ? "1 value" : entries.size() + " values";
  }

  private static void requireHidden(String pair) {
    int equals = pair.indexOf('=');
    String from = equals < 0 ? "-" : pair.substring(equals + 1);
    if (!from.equals("-") && (!from.startsWith("@") || from.startsWith("@@"))) {
      String key = pair.substring(0, equals);
      throw CliException.usage(
          "The value of " + key + " is not taken from the command line, where others can see it.",
          "Give it as " + key + "=@FILE or " + key + "=- (standard input), or export it.");
    }
  }

  private static Map<String, String> wire(Entry entry) {
    Map<String, String> wire = entry.toWire();
    if (wire.containsKey("encoding")) {
      throw CliException.usage(
          "The value of " + entry.location() + " is not UTF-8 text; collections hold text.");
    }
    return wire;
  }
}
