package dev.satchel.e2e;

import dev.satchel.core.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A network namespace that has the loopback interface and no other; it lasts until it is closed.
 */
final class Loopback implements AutoCloseable {
  private final Process holder;

  private Loopback(Process holder) {
    this.holder = holder;
  }

  /** Makes one; skips the test where this machine does not let us. */
  static Loopback made() {
    Needs.root();
    List.of("unshare", "nsenter", "ip").forEach(Needs::command);
    try {
      Process holder =
          new ProcessBuilder(
                  "unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec sleep 3600")
              .redirectErrorStream(true)
              .start();
      byte[] said = holder.getInputStream().readNBytes(2);
      Needs.that(
          new String(said, StandardCharsets.UTF_8).equals("up"),
          "this test needs a network namespace, which this machine does not give");
      return new Loopback(holder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What to put before a command that is to run inside. */
  List<String> prefix() {
    return List.of("nsenter", "-t", Long.toString(holder.pid()), "-n", "--");
  }

  @Override
  public void close() {
    holder.destroyForcibly();
  }
}
