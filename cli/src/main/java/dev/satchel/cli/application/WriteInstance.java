package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes an instance, or changes what is named of one. */
public final class WriteInstance implements Command {
  private final Session session;
  private final boolean create;

  private String app = "";
  private String id = "";
  private @Nullable String version;
  private @Nullable String secrets;
  private @Nullable String executionClass;
  private List<String> options = new ArrayList<>();
  private @Nullable String name;
  private @Nullable String description;
  private boolean noSecrets;
  private boolean lock;
  private boolean unlock;

  /**
   * @param create whether it is to be made; otherwise it is there
   */
  public WriteInstance(Session session, Form form, boolean create) {
    this.session = session;
    this.create = create;
    Apps.one(form, session, value -> app = value);
    if (create) {
      form.argument(value -> id = value, "ID", "Its id: letters, digits and . _ -");
    } else {
      Apps.part(form, session, Part.INSTANCES, () -> app, value -> id = value);
    }
    form.oneOf(LiveNames.ofApplication(session, () -> app, Part.VERSIONS.segment()))
        .text(value -> version = value, "ID", "The version that it runs.", "--version-id")
        .oneOf(LiveNames.ofApplication(session, () -> app, Part.SECRETS.segment()))
        .text(
            value -> secrets = value,
            "ID",
            "The secrets collection that its runs are given.",
            "--secrets")
        .text(value -> executionClass = value, "NAME", "What its runs run on.", "--execution-class")
        .texts(value -> options = value, "NAME=VALUE", "An argument of the program", "--option")
        .text(value -> name = value, "TEXT", "A name for people.", "--name")
        .text(value -> description = value, "TEXT", "What it is for.", "--description");
    if (!create) {
      form.flag(value -> noSecrets = value, "Take its secrets collection away.", "--no-secrets")
          .flag(value -> lock = value, "Let nobody change or delete it.", "--lock")
          .flag(value -> unlock = value, "Let it be changed again.", "--unlock");
    }
  }

  @Override
  public int run() {
    Map<String, Object> body = new LinkedHashMap<>();
    Apps.put(body, "version_id", version);
    Apps.put(body, "name", name == null && create ? id : name);
    Apps.put(body, "description", description);
    return create ? create(body) : update(body);
  }

  private int create(Map<String, Object> body) {
    if (version == null) {
      throw CliException.usage(
          "An instance needs a version: --version-id ID.", "satchel app versions list " + app);
    }
    body.put("id", id);
    body.put("configuration", configured(new LinkedHashMap<>()));
    Node made = session.send(Request.post(Part.INSTANCES.path(app), body)).json();
    return Apps.told(session, made, "Made " + id + ", which runs " + InstanceText.runs(made) + ".");
  }

  /** The server replaces a configuration whole, so what is not named is kept here. */
  private int update(Map<String, Object> body) {
    String path = Part.INSTANCES.path(app, id);
    if (secrets != null || noSecrets || executionClass != null || !options.isEmpty()) {
      Node now = session.send(Request.get(path)).json().at("configuration");
      Map<String, Object> kept = new LinkedHashMap<>();
      now.names().forEach(member -> kept.put(member, now.at(member)));
      body.put("configuration", configured(kept));
    }
    Node written = written(path, body);
    return Apps.told(
        session, written, "Changed " + id + ", which runs " + InstanceText.runs(written) + ".");
  }

  /** What is locked changes only after it was unlocked, and is locked once it has changed. */
  private Node written(String path, Map<String, Object> body) {
    if (lock && unlock) {
      throw CliException.usage("Either --lock or --unlock.");
    }
    if (body.isEmpty() && !lock && !unlock) {
      throw CliException.usage(
          "Nothing to change.", "satchel app instances update " + app + " " + id + " --secrets ID");
    }
    if (unlock) {
      var _ = locked(path, false);
    }
    Request change = body.isEmpty() ? Request.get(path) : Request.put(path, body);
    Node written = session.send(change).json();
    return lock ? locked(path, true) : written;
  }

  private Node locked(String path, boolean locked) {
    return session.send(Request.put(path + "/lock", Map.of("locked", locked))).json();
  }

  private Map<String, Object> configured(Map<String, Object> configuration) {
    if (noSecrets) {
      configuration.remove("secrets_collection_id");
    }
    Apps.put(configuration, "secrets_collection_id", secrets);
    Apps.put(configuration, "execution_class", executionClass);
    if (!options.isEmpty()) {
      Map<String, Object> all = new LinkedHashMap<>();
      if (configuration.get("options") instanceof Node before) {
        before.names().forEach(option -> all.put(option, before.text(option)));
      }
      all.putAll(Apps.options(options));
      configuration.put("options", all);
    }
    return configuration;
  }
}
