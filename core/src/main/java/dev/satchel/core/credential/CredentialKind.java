package dev.satchel.core.credential;

import dev.satchel.core.RefusedException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a credential opens, and what its fields are. */
@SuppressWarnings("ImmutableEnumChecker") // Of lists that nobody can change.
public enum CredentialKind {
  /** A registry of images: private images of its server are pulled with it. */
  REGISTRY(List.of("server", "username"), List.of(), List.of("password"), List.of(), false),
  /**
   * An account, named by a submit. {@code runs_on} names the docker credentials whose engines serve
   * it; without any this server's own does. Its other fields are the account's keys.
   */
  CLOUD(List.of(), List.of("provider", "region", "runs_on"), List.of(), List.of(), true),
  /**
   * A Docker engine by its address, with the labels of its host. One that is reached over SSH has
   * the key that opens it and the keys by which its host proves itself.
   */
  DOCKER(
      List.of("host"),
      List.of("host_key", "socket", "vm_type", "gpu", "geolocation", "spot"),
      List.of(),
      List.of("private_key"),
      false);

  private final List<String> required;
  private final List<String> optional;
  private final List<String> secret;
  private final List<String> optionalSecret;
  private final boolean open;

  /**
   * @param required and {@code optional} fields that anybody who may read credentials may see
   * @param secret fields that it needs, and {@code optionalSecret} that it may have, that nobody
   *     sees again
   * @param open whether any further field is taken, as a secret one
   */
  CredentialKind(
      List<String> required,
      List<String> optional,
      List<String> secret,
      List<String> optionalSecret,
      boolean open) {
    this.required = required;
    this.optional = optional;
    this.secret = secret;
    this.optionalSecret = optionalSecret;
    this.open = open;
  }

  /** The kind's name as users write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a kind's name; INVALID, with all names, where there is none such. */
  public static CredentialKind of(String field, String word) {
    return Arrays.stream(values())
        .filter(kind -> kind.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                RefusedException.invalid(
                    field, field + " is not a kind. The kinds are " + words() + "."));
  }

  /** Whether a field may be seen by whoever may read credentials. */
  public boolean shows(String field) {
    return required.contains(field) || optional.contains(field);
  }

  boolean takes(String field) {
    return open || shows(field) || secret.contains(field) || optionalSecret.contains(field);
  }

  List<String> needed() {
    return Stream.concat(required.stream(), secret.stream()).toList();
  }

  /** The fields that it knows by name, for a message. */
  String fields() {
    List<String> known =
        Stream.of(required, secret, optional, optionalSecret).flatMap(List::stream).toList();
    return String.join(", ", known) + (open ? ", and the account's own" : "");
  }

  private static String words() {
    return String.join(", ", Arrays.stream(values()).map(CredentialKind::word).toList());
  }
}
