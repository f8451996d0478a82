package dev.satchel.core.credential;

import dev.satchel.core.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a container engine is reached: {@code unix:///PATH} on the server's own machine, {@code
 * tcp://HOST:PORT}, or {@code ssh://USER@HOST[:PORT]}, a machine on which the engine has a socket.
 */
public record EngineAddress(String value) {
  private static final String HOST = "([a-zA-Z0-9][a-zA-Z0-9.-]{0,252}|\\[[0-9a-fA-F:.]{2,45}])";
  private static final Pattern UNIX = Pattern.compile("unix:///[\\x21-\\x7e]{1,100}");
  private static final Pattern TCP = Pattern.compile("tcp://" + HOST + ":([0-9]{1,5})");
  private static final Pattern SSH =
      Pattern.compile("ssh://([a-zA-Z_][a-zA-Z0-9_.-]{0,63})@" + HOST + "(?::([0-9]{1,5}))?");
  private static final int SSH_PORT = 22;

  /** Where an SSH server is, and as whom it is entered. */
  public record Ssh(String user, String host, int port) {}

  public EngineAddress {
    Matcher tcp = TCP.matcher(value);
    Matcher ssh = SSH.matcher(value);
    boolean isTcp = tcp.matches() && isPort(tcp.group(2));
    boolean isSsh = ssh.matches() && (ssh.group(3) == null || isPort(ssh.group(3)));
    if (!isTcp && !isSsh && !UNIX.matcher(value).matches()) {
      throw RefusedException.invalid(
          "fields.host",
          "A docker credential's host is unix:///PATH, ssh://USER@HOST[:PORT] or tcp://HOST:PORT,"
              + " without a password.");
    }
  }

  private static boolean isPort(String number) {
    int port = Integer.parseInt(number);
    return port >= 1 && port <= 65_535;
  }

  /** Whether the engine sees the files of the server's machine. */
  public boolean isOfThisMachine() {
    return value.startsWith("unix:");
  }

  /** Whether a tunnel leads there. */
  public boolean isSsh() {
    return value.startsWith("ssh:");
  }

  /** Where a tunnel leads to; only of an address that {@link #isSsh}. */
  public Ssh ssh() {
    Matcher ssh = SSH.matcher(value);
    if (!ssh.matches()) {
      throw new IllegalStateException(value + " is not reached over SSH");
    }
    String host = ssh.group(2).replaceAll("[\\[\\]]", "");
    String port = ssh.group(3);
    return new Ssh(ssh.group(1), host, port == null ? SSH_PORT : Integer.parseInt(port));
  }

  /** A name that is as long for each address, of 16 hexadecimal digits. */
  public String mark() {
    return mark(value);
  }

  /** The same for another text that says where something is. */
  public static String mark(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
