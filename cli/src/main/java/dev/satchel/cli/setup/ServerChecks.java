package dev.satchel.cli.setup;

import dev.satchel.api.Paths;
import dev.satchel.cli.discovery.ServerFile;
import dev.satchel.cli.http.Answer;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.http.RequestException;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Looks at the data directory, and at the server that the next command would talk to. */
final class ServerChecks {
  private static final Duration MOST_SKEW = Duration.ofSeconds(5);

  private final Session session;
  private final Path data;

  ServerChecks(Session session) {
    this.session = session;
    this.data = session.discovery().dataDirectory();
  }

  List<Check> all() {
    List<Check> checks = new ArrayList<>();
    if (Files.exists(data)) {
      checks.add(key());
      checks.add(database());
    } else {
      checks.add(Check.note("data", data + " is not there yet", "satchel quickstart"));
    }
    checks.add(serverFile());
    checks.addAll(server());
    return checks;
  }

  /** Looks at the key's presence and mode, never at what it holds. */
  private Check key() {
    Path key = data.resolve("master.key");
    if (!Files.exists(key)) {
      return Files.exists(data.resolve("satchel.db"))
          ? Check.note(
              "key",
              key + " is not there",
              "right where --master-key-file is used; else restore it")
          : Check.note("key", "made at the first start", "");
    }
    try {
      String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(key));
      return mode.endsWith("------")
          ? Check.ok("key", key + " (" + mode + "); keep a copy elsewhere")
          : Check.fail("key", key + " may be read by others (" + mode + ")", "chmod 600 " + key);
    } catch (IOException | UnsupportedOperationException unknown) {
      return Check.note("key", key + " is there, its mode unknown", "");
    }
  }

  private Check database() {
    Path database = data.resolve("satchel.db");
    if (!Files.exists(database)) {
      return Check.note("database", "made at the first start", "");
    }
    return Files.isReadable(database) && Files.isWritable(database)
        ? Check.ok("database", database.toString())
        : Check.fail(
            "database", database + " cannot be written", "chown it to who runs the server");
  }

  private Check serverFile() {
    ServerFile file = session.discovery().serverFile();
    return file.url() == null
        ? Check.note("local server", String.valueOf(file.objection()), "satchel serve")
        : Check.ok("local server", file.url() + ", by " + data.resolve("server.json"));
  }

  private List<Check> server() {
    List<Check> checks = new ArrayList<>();
    try {
      Answer ready = session.transport().trySend(Request.get(Paths.READY));
      checks.add(Check.ok("server", session.target().url() + " is ready"));
      checks.add(clock(ready.date()));
      session.send(Request.get(Paths.SECRETS).with("limit", 1));
      checks.add(Check.ok("token", "accepted, from " + session.target().tokenFrom()));
    } catch (CliException unknown) {
      checks.add(Check.fail("server", unknown.what(), "satchel serve"));
    } catch (RequestException refused) {
      checks.add(refused(refused));
    }
    return checks;
  }

  private Check refused(RequestException refused) {
    return switch (refused.status()) {
      case 401 ->
          Check.fail(
              "token",
              "not accepted, from " + session.target().tokenFrom(),
              "satchel login " + session.target().url());
      case 403 -> Check.ok("token", "accepted, but may not list secrets");
      case 0 -> Check.fail("server", refused.detail(), "satchel serve");
      default ->
          Check.fail(
              "server", refused.detail(), "see the server's log, " + data.resolve("server.log"));
    };
  }

  private Check clock(Instant server) {
    if (server.toEpochMilli() == 0) {
      return Check.note("clock", "the server did not say its time", "");
    }
    Duration skew = Duration.between(server, session.screen().now()).abs();
    return skew.compareTo(MOST_SKEW) <= 0
        ? Check.ok("clock", "within " + MOST_SKEW.toSeconds() + " s of the server's")
        : Check.fail("clock", skew.toSeconds() + " s from the server's", "set both by NTP");
  }
}
