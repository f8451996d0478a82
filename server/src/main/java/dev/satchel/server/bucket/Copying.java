package dev.satchel.server.bucket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One run of rclone that copies, counts or deletes, and ends with whoever waits for it. What it
 * says is read as it comes: the first error, and how far it is. Source: rclone.org/docs,
 * "--use-json-log"; rclone.org/rc, "core/stats".
 */
final class Copying {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int LINE_MAX_BYTES = 16_384;
  private static final int ERROR_MAX_LETTERS = 500;
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);
  private static final List<String> MANNERS =
      List.of(
          "--retries",
          "1",
          "--low-level-retries",
          "3",
          "--buffer-size",
          "1M",
          "--use-json-log",
          "--log-level",
          "ERROR",
          "--stats",
          "1s",
          "--stats-log-level",
          "ERROR");

  /** Looked after while it runs; what it throws ends it. */
  interface Watch {
    void look(Said said);
  }

  /**
   * What it said.
   *
   * @param error the first; empty where there was none
   * @param transfers how many files it has copied
   * @param copied how many bytes
   * @param count how many there are, where it was to count them
   * @param bytes of these
   */
  record Said(String error, long transfers, long copied, long count, long bytes) {}

  /** How it ended; -1 where it took too long. */
  record Ended(int code, Said said) {
    /** Why it failed, as the end of a sentence. */
    String why() {
      return code == -1
          ? "it took too long."
          : "rclone says: " + (said.error().isEmpty() ? "nothing of why." : said.error());
    }
  }

  private String error = ""; // Guarded by this, as the next four are.
  private long transfers;
  private long copied;
  private long count;
  private long bytes;

  private Copying() {}

  /** Runs it to its end. */
  static Ended run(List<String> words, Map<String, String> environment, Duration limit, Watch watch)
      throws IOException {
    return new Copying().ended(words, environment, limit, watch);
  }

  private Ended ended(
      List<String> words, Map<String, String> environment, Duration limit, Watch watch)
      throws IOException {
    Process process = started(words, environment);
    Thread reader = Thread.ofVirtual().name("copying").start(() -> read(process.getInputStream()));
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (!process.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() > deadline) {
          return new Ended(-1, said());
        }
        watch.look(said());
      }
      boolean _ = reader.join(END_LIMIT);
      return new Ended(process.exitValue(), said());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      end(process);
    }
  }

  /** What it makes is for jobs of any user; the directory above is private. */
  private static Process started(List<String> words, Map<String, String> environment)
      throws IOException {
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "umask 000; exec \"$@\"", "satchel-sync"));
    command.addAll(words);
    command.addAll(MANNERS);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static void end(Process process) {
    if (!process.isAlive()) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      var _ = process.destroyForcibly();
      boolean _ = process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(InputStream from) {
    byte[] line = new byte[LINE_MAX_BYTES];
    int length = 0;
    try (InputStream words = new BufferedInputStream(from)) {
      for (int each = words.read(); each >= 0; each = words.read()) {
        if (each == '\n') {
          take(new String(line, 0, length, StandardCharsets.UTF_8));
          length = 0;
        } else if (length < line.length) { // The rest of a long one is dropped.
          line[length++] = (byte) each;
        }
      }
    } catch (IOException e) {
      // It was ended.
    }
  }

  private synchronized void take(String line) {
    JsonNode json;
    try {
      json = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      failed(line);
      return;
    }
    if (json.has("stats")) {
      transfers = json.path("stats").path("transfers").asLong();
      copied = json.path("stats").path("bytes").asLong();
    } else if (json.has("count")) {
      count = json.path("count").asLong();
      bytes = json.path("bytes").asLong();
    } else if (json.path("level").asText().matches("error|critical|fatal|panic")) {
      String object = json.path("object").asText();
      failed((object.isEmpty() ? "" : object + ": ") + json.path("msg").asText());
    }
  }

  private void failed(String words) {
    if (error.isEmpty()) {
      String line = words.strip().lines().findFirst().orElse("");
      error = line.substring(0, Math.min(line.length(), ERROR_MAX_LETTERS));
    }
  }

  private synchronized Said said() {
    return new Said(error, transfers, copied, count, bytes);
  }
}
