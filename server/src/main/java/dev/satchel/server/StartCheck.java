package dev.satchel.server;

import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.secret.KeyRow;
import dev.satchel.core.secret.WrongMasterKeyException;
import dev.satchel.server.disk.MasterKeyFile;
import dev.satchel.server.sodium.SodiumSealer;
import dev.satchel.server.store.PostgresAddress;
import dev.satchel.server.store.PostgresCheck;
import dev.satchel.server.store.SqliteCheck;
import dev.satchel.server.tls.CertificateFiles;
import dev.satchel.server.tls.ServerIdentity;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Tells whether a server could start on a data directory, where one runs too, and changes nothing.
 * Each line is a verdict, what was looked at, what was found and what to do, with tabs between
 * them: {@code satchel doctor} reads them.
 */
final class StartCheck {
  private static final String RESTORE =
      "put the right one back from your copy, or name it: satchel serve --master-key-file FILE";

  private final ServeCommand command;
  private final Path directory;
  private final Path keyFile;
  private final PrintStream out;
  private boolean sound = true;

  StartCheck(ServeCommand command, PrintStream out) {
    this.command = command;
    this.directory = command.dataDirectory();
    this.keyFile = command.masterKeyFile(directory);
    this.out = out;
  }

  /** Whether all that is there is sound; what is not there yet is. */
  boolean run() {
    try {
      PostgresAddress address = command.database();
      StoreChoice.requireKind(directory, address != null);
      if (address == null) {
        sqlite(directory.resolve(StoreChoice.SQLITE));
      } else {
        postgres(address);
      }
    } catch (IllegalStateException e) {
      fail("database", String.valueOf(e.getMessage()), "look at the options of satchel serve");
    }
    certificate();
    objectStore();
    return sound;
  }

  private void objectStore() {
    try {
      ObjectStoreOptions.Place place = command.objectStore.place();
      if (place != null) {
        String away = place.tried();
        if (away.isEmpty()) {
          tell("ok", "object store", "s3://" + place.bucket() + " can be written", "");
        } else {
          tell(
              "warn",
              "object store",
              away,
              "the server starts, and its volumes wait for the store");
        }
      }
    } catch (IllegalStateException e) {
      fail("object store", String.valueOf(e.getMessage()), "look at --object-store and its keys");
    }
  }

  private void certificate() {
    try {
      CertificateFiles files = command.certificateFiles();
      if (files != null) {
        ServerIdentity identity = files.open();
        String warning = identity.warning(Instant.now());
        if (warning != null) {
          tell("warn", "tls", warning, "renew " + files.certificate());
        } else {
          tell("ok", "tls", files.certificate() + ", valid until " + identity.endsAt(), "");
        }
      }
    } catch (IllegalStateException e) {
      fail("tls", String.valueOf(e.getMessage()), "look at --tls-cert and --tls-key");
    }
  }

  private void sqlite(Path database) {
    if (!Files.exists(database)) {
      tell("ok", "database", "made at the first start", "");
      key(List.of());
      return;
    }
    try (SqliteCheck check = SqliteCheck.of(database)) {
      String damage = check.damage();
      if (damage.isEmpty()) {
        tell("ok", "database", "sound", "");
      } else {
        fail("database", database + " is damaged: " + damage, "restore it from a backup");
      }
      key(check.keys());
    } catch (IllegalStateException e) {
      fail("database", String.valueOf(e.getMessage()), "restore it from a backup");
    }
  }

  private void postgres(PostgresAddress address) {
    try (PostgresCheck check = PostgresCheck.of(address)) {
      List<String> dangers = check.dangers();
      if (dangers.isEmpty()) {
        tell("ok", "database", address + " answers", "");
      } else {
        tell("warn", "database", String.join("; ", dangers), "set it on in postgresql.conf");
      }
      key(check.keys());
    } catch (IllegalStateException e) {
      fail("database", String.valueOf(e.getMessage()), "look at the database and its URL");
    }
  }

  private void key(List<KeyRow> rows) {
    MasterKeyFile file = new MasterKeyFile(keyFile);
    if (!file.exists()) {
      if (rows.isEmpty()) {
        tell("ok", "key", "made at the first start", "");
      } else {
        String needed = rows.getFirst().masterId();
        fail("key", keyFile + " is missing, and the data needs it (" + needed + ")", RESTORE);
      }
      return;
    }
    try {
      KeyRing ring = new KeyRing(new SodiumSealer(), file.read());
      ring.requireOpens(rows);
      tell("ok", "key", keyFile + " (" + ring.masterId() + ") opens the data", "");
    } catch (WrongMasterKeyException e) {
      fail("key", keyFile + " is not the key of this data. " + e.getMessage(), RESTORE);
    } catch (IllegalStateException e) {
      fail("key", String.valueOf(e.getMessage()), RESTORE);
    }
  }

  private void fail(String what, String found, String fix) {
    sound = false;
    tell("fail", what, found, fix);
  }

  private void tell(String verdict, String what, String found, String fix) {
    out.println(String.join("\t", verdict, what, found.replaceAll("\\s+", " "), fix));
  }
}
