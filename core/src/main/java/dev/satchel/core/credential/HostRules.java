package dev.satchel.core.credential;

import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the fields of a docker credential must be, and which labels of its host they are. */
public final class HostRules {
  /** Where an engine listens that is not told otherwise. */
  static final String SOCKET = "/var/run/docker.sock";

  private static final int HOSTS_MAX = 16;
  private static final List<String> LABELS = List.of("vm_type", "gpu", "geolocation", "spot");
  private static final List<String> OF_SSH = List.of("private_key", "host_key", "socket");
  private static final Pattern LABEL = Pattern.compile("[\\x21-\\x7e]{1,128}");
  private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e&&[^:%$]]{1,100}");
  private static final Pattern KEY =
      Pattern.compile(
          "\\s*-----BEGIN [A-Z ]*PRIVATE KEY-----\\s.*-----END [A-Z ]*PRIVATE KEY-----\\s*",
          Pattern.DOTALL);

  /** What stands in an OpenSSH key before the name of its cipher. Source: PROTOCOL.key. */
  private static final int CIPHER_OFFSET = "openssh-key-v1".length() + 1 + 4;

  private HostRules() {}

  /** The labels that a docker credential declares of its host. */
  public static Map<String, String> labels(Credential credential) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String label : LABELS) {
      if (!credential.setting(label).isEmpty()) {
        labels.put(label, credential.setting(label));
      }
    }
    return labels;
  }

  /** The docker credentials that an account runs on, as its {@code runs_on} names them. */
  public static List<CredentialName> names(String runsOn) {
    return runsOn.isEmpty()
        ? List.of()
        : Arrays.stream(runsOn.split(",", -1)).map(String::strip).map(CredentialName::new).toList();
  }

  /** Refuses what {@link #names} could not read. */
  static void checkNames(String runsOn) {
    List<String> names = List.of(runsOn.split(",", -1));
    if (names.size() > HOSTS_MAX
        || !names.stream().map(String::strip).allMatch(BundleName::isName)) {
      throw RefusedException.invalid(
          "fields.runs_on",
          "runs_on is the name of a docker credential, or several with commas between, at most "
              + HOSTS_MAX
              + ".");
    }
  }

  static void check(Map<String, SecretValue> fields) {
    EngineAddress address = new EngineAddress(CredentialRules.text(fields, "host"));
    if (address.isSsh()) {
      checkSsh(address, fields);
    } else {
      refuseSsh(fields);
    }
    for (String label : LABELS) {
      String value = CredentialRules.text(fields, label);
      if (fields.containsKey(label) && !LABEL.matcher(value).matches()) {
        throw RefusedException.invalid(
            "fields." + label, label + " is a label of 1 to 128 characters, without blanks.");
      }
    }
    String spot = CredentialRules.text(fields, "spot");
    if (!spot.isEmpty() && !spot.equals("true") && !spot.equals("false")) {
      throw RefusedException.invalid("fields.spot", "spot is true or false.");
    }
  }

  private static void checkSsh(EngineAddress address, Map<String, SecretValue> fields) {
    if (CredentialRules.text(fields, "host_key").isBlank()) {
      EngineAddress.Ssh ssh = address.ssh();
      String scan =
          "ssh-keyscan" + (ssh.port() == 22 ? "" : " -p " + ssh.port()) + " " + ssh.host();
      throw RefusedException.invalid(
          "fields.host_key",
          "A credential of a host over ssh:// needs its public key in host_key, for nothing is"
              + " trusted at first use: "
              + scan
              + " prints it. Compare it with what the host itself says (ssh-keygen -lf"
              + " /etc/ssh/ssh_host_ed25519_key.pub), and give it as host_key=@FILE.");
    }
    HostKeys _ = HostKeys.of(CredentialRules.text(fields, "host_key"));
    if (!fields.containsKey("private_key")) {
      throw RefusedException.invalid(
          "fields.private_key",
          "A credential of a host over ssh:// needs the key that opens it: private_key=@FILE.");
    }
    String key = CredentialRules.text(fields, "private_key");
    if (!KEY.matcher(key).matches() || isEncrypted(key)) {
      throw RefusedException.invalid(
          "fields.private_key",
          "private_key is a private key as ssh-keygen writes it, without a passphrase (ssh-keygen -t"
              + " ed25519 -N \"\" -f FILE): nobody is there to type one. It is kept sealed.");
    }
    if (fields.containsKey("socket")
        && !PATH.matcher(CredentialRules.text(fields, "socket")).matches()) {
      throw RefusedException.invalid(
          "fields.socket",
          "socket is the absolute path of the engine's socket on the host, such as "
              + SOCKET
              + ", of at most 100 characters, without \":\", \"%\" and \"$\".");
    }
  }

  private static void refuseSsh(Map<String, SecretValue> fields) {
    for (String field : OF_SSH) {
      if (fields.containsKey(field)) {
        throw RefusedException.invalid(
            "fields." + field, field + " is of hosts over SSH alone: host=ssh://USER@HOST.");
      }
    }
  }

  private static boolean isEncrypted(String key) {
    if (key.contains("ENCRYPTED")) {
      return true;
    }
    if (!key.contains("BEGIN OPENSSH PRIVATE KEY")) {
      return false;
    }
    String body = key.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    try {
      byte[] bytes = Base64.getDecoder().decode(body);
      String cipher = new String(bytes, CIPHER_OFFSET, 4, StandardCharsets.US_ASCII);
      return !cipher.equals("none");
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return true; // Not a key at all.
    }
  }
}
