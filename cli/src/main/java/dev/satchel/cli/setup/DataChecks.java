package dev.satchel.cli.setup;

import dev.satchel.cli.session.Session;
import dev.satchel.sdk.discovery.ServerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at key and database of this machine's server. What takes opening them, the server's own
 * program tells, because it alone knows how; a running server is not disturbed by that.
 */
final class DataChecks {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String LATER = "made at the first start";

  private final Path data;
  private final Path database;
  private final boolean elsewhere; // The state is in PostgreSQL,
  private final boolean named; // and which, variables say.
  private final boolean secured; // Variables name a certificate.
  private final boolean stored; // Variables name an object store.
  private final Path keyFile;
  private final ServerFile running;
  private @Nullable Map<String, Check> told; // Null until the server's program was asked.

  DataChecks(Session session, ServerFile running) {
    this.data = session.discovery().dataDirectory();
    this.running = running;
    this.database = data.resolve("satchel.db");
    this.named =
        session.surroundings().variable("SATCHEL_DATABASE_URL") != null
            || session.surroundings().variable("SATCHEL_DATABASE_URL_FILE") != null;
    this.elsewhere = named || Files.exists(data.resolve("database"));
    this.secured =
        session.surroundings().variable("SATCHEL_TLS_CERT") != null
            || session.surroundings().variable("SATCHEL_TLS_KEY") != null;
    this.stored = session.surroundings().variable("SATCHEL_OBJECT_STORE") != null;
    String keyNamed = session.surroundings().variable("SATCHEL_MASTER_KEY_FILE");
    this.keyFile =
        keyNamed == null
            ? data.resolve("master.key")
            : session.surroundings().workingDirectory().resolve(keyNamed);
  }

  Check key() {
    if (!Files.exists(keyFile)) {
      return elsewhere ? told("key", LATER) : absentKey();
    }
    try {
      String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile));
      if (!mode.endsWith("------")) {
        return Check.fail(
            "key", keyFile + " may be read by others (" + mode + ")", "chmod 600 " + keyFile);
      }
    } catch (IOException | UnsupportedOperationException unknown) {
      return Check.note("key", keyFile + " is there, its mode unknown", "");
    }
    if (!Files.isReadable(keyFile)) {
      return Check.fail("key", keyFile + " cannot be read by you", chown(keyFile));
    }
    Check found = told("key", keyFile + " is there, for its owner alone");
    return found.isOk() ? Check.ok("key", found.detail() + "; keep a copy of it elsewhere") : found;
  }

  private Check absentKey() {
    if (!Files.exists(database)) {
      return Check.ok("key", LATER);
    }
    if (running.url() != null) {
      return Check.warn(
          "key",
          keyFile
              + " is not there, and a server runs: it has another file, or this one was removed",
          "put it back before the server stops, or name the other: SATCHEL_MASTER_KEY_FILE=FILE satchel doctor");
    }
    return Check.fail(
        "key",
        keyFile + " is missing, and nothing of the data opens without it",
        "put it back from your copy, or name it: SATCHEL_MASTER_KEY_FILE=FILE satchel serve");
  }

  Check database() {
    if (elsewhere) {
      return named
          ? told("database", "in PostgreSQL, which was not asked")
          : Check.note(
              "database",
              "in PostgreSQL, which was not asked",
              "name it as the server does: SATCHEL_DATABASE_URL=… satchel doctor");
    }
    if (!Files.exists(database)) {
      return Check.ok("database", LATER);
    }
    if (!Files.isReadable(database) || !Files.isWritable(database)) {
      return Check.fail("database", database + " cannot be written by you", chown(database));
    }
    Check found = told("database", "there");
    return found.isOk()
        ? Check.ok(
            "database",
            "%s (%s) is %s"
                .formatted(
                    database, MachineChecks.size(database.toFile().length()), found.detail()))
        : found;
  }

  private static String chown(Path file) {
    return "run this as the server's user, or: sudo chown $(id -un) " + file;
  }

  private Check told(String name, String otherwise) {
    if (elsewhere && !named) { // The server's program would refuse to guess.
      return Check.ok(name, otherwise);
    }
    if (told == null) {
      told = ask();
    }
    return told.getOrDefault(name, Check.ok(name, otherwise));
  }

  /** Null where this machine's variables name no certificate for a server. */
  @Nullable Check tls() {
    return secured && (!elsewhere || named) ? told("tls", "was not looked at") : null;
  }

  /** Null where this machine's variables name no object store for a server. */
  @Nullable Check objectStore() {
    return stored && (!elsewhere || named) ? told("object store", "was not tried") : null;
  }

  private static boolean isHandedOn(String variable) {
    return variable.startsWith("SATCHEL_DATABASE_")
        || variable.startsWith("SATCHEL_TLS_")
        || variable.startsWith("SATCHEL_OBJECT_STORE");
  }

  /** What {@code satchel serve --check} says; nothing where it cannot be had. */
  private Map<String, Check> ask() {
    String launcher = System.getProperty("satchel.launcher");
    Map<String, Check> checks = new HashMap<>();
    if (launcher == null) {
      return checks;
    }
    List<String> command =
        new ArrayList<>(List.of(launcher, "serve", "--check", "--data", data.toString()));
    command.addAll(List.of("--master-key-file", keyFile.toString()));
    for (String line : Trial.of(LIMIT, command, DataChecks::isHandedOn).output().lines().toList()) {
      String[] parts = line.split("\t", -1);
      if (parts.length == 4) { // Anything else is a line of a log.
        checks.put(parts[1], new Check(parts[1], parts[0], parts[2], parts[3]));
      }
    }
    return checks;
  }
}
