package dev.satchel.core.credential;

import dev.satchel.core.RefusedException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The public keys by which a host proves itself over SSH. There is no trust on first use: whoever
 * stores a credential says which they are.
 *
 * @param keys each as {@code TYPE BASE64}, 1 to 16
 */
public record HostKeys(List<String> keys) {
  private static final int KEYS_MAX = 16;

  /** A public key, perhaps with the host's names before it, as known_hosts has it. */
  private static final Pattern LINE =
      Pattern.compile(
          "(?:[^@\\s]\\S*\\s+)?((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]{1,60})"
              + "\\s+([A-Za-z0-9+/]{32,4096}={0,2})(?:\\s.*)?");

  public HostKeys {
    keys = List.copyOf(keys);
  }

  /** Reads what {@code ssh-keyscan} prints, lines of known_hosts, or a public key by itself. */
  public static HostKeys of(String written) {
    List<String> lines =
        written
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList();
    List<Matcher> matches = lines.stream().map(LINE::matcher).filter(Matcher::matches).toList();
    if (matches.isEmpty() || matches.size() != lines.size() || matches.size() > KEYS_MAX) {
      throw RefusedException.invalid(
          "fields.host_key",
          "host_key is the host's public key: \"ssh-ed25519 AAAA…\", or the lines that ssh-keyscan"
              + " prints, at most "
              + KEYS_MAX
              + ".");
    }
    return new HostKeys(
        matches.stream().map(line -> line.group(1) + " " + line.group(2)).distinct().toList());
  }

  /** Lines of a known_hosts file, under this name. */
  public String knownAs(String name) {
    StringBuilder lines = new StringBuilder();
    keys.forEach(key -> lines.append(name).append(' ').append(key).append('\n'));
    return lines.toString();
  }
}
