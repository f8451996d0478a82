package dev.satchel.core.credential;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a container engine is reached, as its command line takes it: {@code unix:///PATH} on the
 * server's own machine, or {@code tcp://HOST:PORT}.
 */
public record EngineAddress(String value) {
  private static final Pattern UNIX = Pattern.compile("unix:///[\\x21-\\x7e]{1,100}");
  private static final Pattern TCP =
      Pattern.compile(
          "tcp://([a-zA-Z0-9][a-zA-Z0-9.-]{0,252}|\\[[0-9a-fA-F:.]{2,45}]):([0-9]{1,5})");

  public EngineAddress {
    if (value.startsWith("ssh://")) {
      throw new RefusedException(
              Reason.UNSUPPORTED,
              "Engines are not reached over ssh:// yet. Forward the engine's socket to the server's"
                  + " machine (ssh -L /run/NAME.sock:/var/run/docker.sock HOST) and name that:"
                  + " host=unix:///run/NAME.sock.")
          .with("field", "fields.host");
    }
    Matcher tcp = TCP.matcher(value);
    boolean isTcp = tcp.matches() && isPort(Integer.parseInt(tcp.group(2)));
    if (!isTcp && !UNIX.matcher(value).matches()) {
      throw RefusedException.invalid(
          "fields.host",
          "A docker credential's host is unix:///PATH or tcp://HOST:PORT, without a user or password.");
    }
  }

  private static boolean isPort(int number) {
    return number >= 1 && number <= 65_535;
  }

  /** Whether the engine sees the files of the server's machine. */
  public boolean isOfThisMachine() {
    return value.startsWith("unix:");
  }

  @Override
  public String toString() {
    return value;
  }
}
