package dev.satchel.server.ssh;

import dev.satchel.core.workload.EngineOutageException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The {@code ssh} of this machine, each call a child with an emptied environment and a limit. */
public final class Ssh {
  /** How {@code ssh} ends where there is no connection. Source: ssh(1), "EXIT STATUS". */
  static final int BROKEN = 255;

  /** Servers let so many sessions go over one connection, and some more. */
  private static final int AT_ONCE = 4;

  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final Duration ENDING = Duration.ofSeconds(5);
  private static final int SAID_MAX_BYTES = 64 * 1024;
  private static final int SHOWN_MAX_CHARS = 400;
  private static final String STANDARD_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /**
   * Ends its command when its own input ends, which it does with the server, however that ends, and
   * removes what its first argument names then.
   */
  private static final String SUPERVISED =
      """
      key=$1
      shift
      exec 3<&0
      "$@" </dev/null 3<&- &
      child=$!
      { read -r _ <&3; kill "$child"; } >/dev/null 2>&1 &
      watcher=$!
      exec 3<&-
      wait "$child"
      code=$?
      kill "$watcher" 2>/dev/null
      rm -f -- "$key"
      exit "$code"
      """;

  /** How one call ended. */
  public record Answer(int code, String out, String err) {}

  private final Map<String, String> environment;
  private final Semaphore room = new Semaphore(AT_ONCE);

  /**
   * @param server the server's environment, of which the path alone is passed on
   */
  Ssh(Map<String, String> server) {
    String path = server.getOrDefault("PATH", "");
    this.environment =
        Map.of("PATH", path.isEmpty() ? STANDARD_PATH : path + ":" + STANDARD_PATH, "LC_ALL", "C");
  }

  /**
   * Starts a command that runs for as long as the server does, or until {@link KeptProcess#end}.
   *
   * @param key a file that is there no longer than that, should the server die first
   */
  KeptProcess keep(Path key, List<String> command) throws IOException {
    List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", SUPERVISED, "satchel"));
    words.add(key.toString());
    words.addAll(command);
    return new KeptProcess(start(words, true));
  }

  /**
   * Runs a command to its end.
   *
   * @throws EngineOutageException where it does not end in time
   */
  Answer run(List<String> command, byte[] input) {
    boolean entered = false;
    try {
      entered = room.tryAcquire(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      if (!entered) {
        throw new EngineOutageException("The host has left earlier commands unanswered.");
      }
      return answer(start(command, false), input);
    } catch (IOException e) {
      throw new EngineOutageException("ssh could not be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineOutageException("The server is stopping.");
    } finally {
      if (entered) {
        room.release();
      }
    }
  }

  private static Answer answer(Process process, byte[] input)
      throws IOException, InterruptedException {
    try {
      Said out = new Said(process.getInputStream());
      Said err = new Said(process.getErrorStream());
      Thread.ofPlatform().daemon().name("ssh-input").start(() -> give(process, input));
      if (!process.waitFor(ANSWER.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new EngineOutageException(
            "The host did not answer a command within " + ANSWER.toSeconds() + " seconds.");
      }
      return new Answer(process.exitValue(), out.text(), err.text());
    } finally {
      process.destroyForcibly();
    }
  }

  private static void give(Process process, byte[] input) {
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input);
    } catch (IOException e) {
      // It ended before it had read all; its exit code says why.
    }
  }

  private Process start(List<String> command, boolean merged) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(new File("/")).redirectErrorStream(merged);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** What was said, on one line. */
  static String shortened(String said) {
    String line = said.strip().replaceAll("\\s+", " ");
    return line.length() > SHOWN_MAX_CHARS ? line.substring(0, SHOWN_MAX_CHARS) + "…" : line;
  }

  /** Reads a stream to its end. */
  private static final class Said {
    private final Thread reader;
    private String text = "";

    Said(InputStream stream) {
      this.reader =
          Thread.ofPlatform() // Reading a pipe holds the thread that would carry a virtual one.
              .daemon()
              .name("ssh-output")
              .start(
                  () -> {
                    try (stream) {
                      text = new String(stream.readNBytes(SAID_MAX_BYTES), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                      // It was ended.
                    }
                  });
    }

    /** All of it, where it has come within some seconds of the end. */
    String text() throws InterruptedException {
      return reader.join(ENDING) ? text : "";
    }
  }
}
