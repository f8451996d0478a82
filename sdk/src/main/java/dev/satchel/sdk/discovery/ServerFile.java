package dev.satchel.sdk.discovery;

import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a running server left in its data directory, believed only where nobody else can have
 * written it and the process that wrote it still lives.
 *
 * @param url where the server serves; null where none is believed
 * @param objection why none is believed; null where one is
 * @param certificate the fingerprint of its certificate; null where it has none, or none is
 *     believed
 */
public record ServerFile(
    @Nullable String url, @Nullable String objection, @Nullable String certificate) {
  // The start of a process is computed from the clock, which may have been corrected since.
  private static final long START_TOLERANCE_MILLIS = 2000;

  /**
   * Looks into a data directory.
   *
   * @param dataDirectory that need not be there
   * @return a URL, or why there is none
   */
  public static ServerFile in(Path dataDirectory) {
    Path file = dataDirectory.resolve("server.json");
    if (!Files.exists(file)) {
      return refused("no server has left " + file);
    }
    for (Path trusted : new Path[] {dataDirectory, file}) {
      String objection = OwnFiles.objection(trusted);
      if (objection != null) {
        return refused(objection);
      }
    }
    try {
      return read(file, Json.read(Files.readString(file)));
    } catch (IOException | IllegalArgumentException unreadable) {
      return refused(file + " cannot be read");
    }
  }

  private static ServerFile read(Path file, Node content) {
    long pid = content.number("pid", -1);
    String started = content.text("pid_started");
    if (pid <= 0 || !started.matches("\\d{1,18}") || content.text("url").isEmpty()) {
      return refused(file + " is incomplete");
    }
    if (!lives(pid, Long.parseLong(started))) {
      return refused("the server that wrote " + file + " (process " + pid + ") has ended");
    }
    String certificate = content.text("certificate_sha256");
    return new ServerFile(content.text("url"), null, certificate.isEmpty() ? null : certificate);
  }

  private static boolean lives(long pid, long startedMillis) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().startInstant())
        .map(Instant::toEpochMilli)
        .filter(actual -> Math.abs(actual - startedMillis) <= START_TOLERANCE_MILLIS)
        .isPresent();
  }

  private static ServerFile refused(String objection) {
    return new ServerFile(null, objection, null);
  }
}
