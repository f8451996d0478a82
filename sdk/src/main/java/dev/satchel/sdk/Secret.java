package dev.satchel.sdk;

import dev.satchel.api.EntryItem;
import dev.satchel.api.SecretDetail;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A handle of a bundle, by its name; it holds no value and never did. A secret of a single value is
 * a bundle of one variable: the name in upper case, with {@code _} for {@code -}, so that jobs find
 * {@code hf-token} in {@code HF_TOKEN}. Immutable and thread-safe.
 *
 * <p>What asks the server takes a client or the address of a server; without one it asks whom the
 * handle came from, else the server that the environment names ({@link
 * ControlPlaneClient#fromEnvironment}), found once in the life of a program. Bundles of several
 * entries, files and single changes: {@link Secrets}, which has asynchronous twins too.
 */
public final class Secret {
  private static final int ROUNDS_MAX = 10;

  private final String name;
  private final @Nullable String variable; // Null for where the bundle's own entries go.
  private final Reach reach;

  private Secret(String name, @Nullable String variable, Reach reach) {
    this.name = name;
    this.variable = variable;
    this.reach = reach;
  }

  /**
   * The secret of a name. Never asks the server, so that it may name one that is not there yet.
   *
   * @param name of the bundle
   * @return a handle
   */
  public static Secret fromName(String name) {
    return new Secret(name, null, Reach.DEFAULT);
  }

  /**
   * Creates a secret of one value.
   *
   * @param name 1 to 64 letters, digits, {@code _} or {@code -}, a letter first
   * @param value its text
   * @return its handle
   * @throws AlreadyExists where there is one of this name
   * @throws Invalid where the server refuses the name, or the variable that comes of it
   */
  public static Secret create(String name, String value) {
    return create(name, SecretValue.of(value), Reach.DEFAULT);
  }

  /**
   * As {@link #create(String, String)}, by a client of the caller's.
   *
   * @param name of the secret
   * @param value its text
   * @param client asks the server
   * @return its handle
   */
  public static Secret create(String name, String value, ControlPlaneClient client) {
    return create(name, SecretValue.of(value), Reach.by(client));
  }

  /**
   * As {@link #create(String, String)}, on a server of that address.
   *
   * @param name of the secret
   * @param value its text
   * @param baseUrl such as {@code https://satchel.example.com}
   * @return its handle
   */
  public static Secret create(String name, String value, URI baseUrl) {
    return create(name, SecretValue.of(value), Reach.at(baseUrl));
  }

  /**
   * As {@link #create(String, String)}, of a value that can be overwritten, or is no text.
   *
   * @param name of the secret
   * @param value which is not closed by this
   * @return its handle
   */
  public static Secret create(String name, SecretValue value) {
    return create(name, value, Reach.DEFAULT);
  }

  /**
   * As {@link #create(String, SecretValue)}, on a server of that address.
   *
   * @param name of the secret
   * @param value which is not closed by this
   * @param baseUrl such as {@code https://satchel.example.com}
   * @return its handle
   */
  public static Secret create(String name, SecretValue value, URI baseUrl) {
    return create(name, value, Reach.at(baseUrl));
  }

  /**
   * As {@link #create(String, SecretValue)}, by a client of the caller's.
   *
   * @param name of the secret
   * @param value which is not closed by this
   * @param client asks the server
   * @return its handle
   */
  public static Secret create(String name, SecretValue value, ControlPlaneClient client) {
    return create(name, value, Reach.by(client));
  }

  private static Secret create(String name, SecretValue value, Reach reach) {
    reach.client().secrets().createOnly(name, e -> e.env(variableOf(name), value));
    return new Secret(name, null, reach);
  }

  /**
   * Creates a secret of one value, or gives the one that is there another value, which then goes
   * where the old one went. A bundle of several entries is left alone.
   *
   * @param name 1 to 64 letters, digits, {@code _} or {@code -}, a letter first
   * @param value its text
   * @return its handle
   * @throws Incompatible where there is a bundle of several entries
   * @throws Invalid where the server refuses the name, or the variable that comes of it
   */
  public static Secret set(String name, String value) {
    return set(name, SecretValue.of(value), Reach.DEFAULT);
  }

  /**
   * As {@link #set(String, String)}, by a client of the caller's.
   *
   * @param name of the secret
   * @param value its text
   * @param client asks the server
   * @return its handle
   */
  public static Secret set(String name, String value, ControlPlaneClient client) {
    return set(name, SecretValue.of(value), Reach.by(client));
  }

  /**
   * As {@link #set(String, String)}, on a server of that address.
   *
   * @param name of the secret
   * @param value its text
   * @param baseUrl such as {@code https://satchel.example.com}
   * @return its handle
   */
  public static Secret set(String name, String value, URI baseUrl) {
    return set(name, SecretValue.of(value), Reach.at(baseUrl));
  }

  /**
   * As {@link #set(String, String)}, of a value that can be overwritten, or is no text.
   *
   * @param name of the secret
   * @param value which is not closed by this
   * @return its handle
   */
  public static Secret set(String name, SecretValue value) {
    return set(name, value, Reach.DEFAULT);
  }

  /**
   * As {@link #set(String, SecretValue)}, on a server of that address.
   *
   * @param name of the secret
   * @param value which is not closed by this
   * @param baseUrl such as {@code https://satchel.example.com}
   * @return its handle
   */
  public static Secret set(String name, SecretValue value, URI baseUrl) {
    return set(name, value, Reach.at(baseUrl));
  }

  /**
   * As {@link #set(String, SecretValue)}, by a client of the caller's.
   *
   * @param name of the secret
   * @param value which is not closed by this
   * @param client asks the server
   * @return its handle
   */
  public static Secret set(String name, SecretValue value, ControlPlaneClient client) {
    return set(name, value, Reach.by(client));
  }

  /** Each write holds only for what was seen, so that one who comes between loses nothing. */
  private static Secret set(String name, SecretValue value, Reach reach) {
    Secrets secrets = reach.client().secrets();
    Conflict between = null;
    for (int round = 0; round < ROUNDS_MAX; round++) {
      SecretDetail seen = find(secrets, name);
      try {
        if (seen == null) {
          secrets.createOnly(name, e -> e.env(variableOf(name), value));
        } else {
          EntryItem only = onlyEntryOf(seen);
          secrets.replace(name, seen.revision(), e -> e.add(only.type(), only.location(), value));
        }
        return new Secret(name, null, reach);
      } catch (AlreadyExists | RevisionMismatch other) {
        between = other;
      }
    }
    throw Objects.requireNonNull(between);
  }

  private static @Nullable SecretDetail find(Secrets secrets, String name) {
    try {
      return secrets.get(name);
    } catch (NotFound none) {
      return null;
    }
  }

  private static EntryItem onlyEntryOf(SecretDetail bundle) {
    int entries = bundle.entries().size();
    if (entries != 1) {
      throw new Incompatible(
          "The secret \""
              + bundle.name()
              + "\" has "
              + entries
              + " entries, and set would leave one. Nothing was changed: set single entries with"
              + " secrets().change, or choose another name.",
          "entries",
          String.valueOf(entries),
          "1");
    }
    return bundle.entries().get(0);
  }

  private static String variableOf(String name) {
    return name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /**
   * All secrets of the server that the environment names.
   *
   * @return by name
   */
  public static List<Secret> list() {
    return list(Reach.DEFAULT);
  }

  /**
   * All secrets, by a client of the caller's.
   *
   * @param client asks the server
   * @return by name
   */
  public static List<Secret> list(ControlPlaneClient client) {
    return list(Reach.by(client));
  }

  /**
   * All secrets of a server of that address.
   *
   * @param baseUrl such as {@code https://satchel.example.com}
   * @return by name
   */
  public static List<Secret> list(URI baseUrl) {
    return list(Reach.at(baseUrl));
  }

  private static List<Secret> list(Reach reach) {
    return reach.client().secrets().list().stream()
        .map(item -> new Secret(item.name(), null, reach))
        .toList();
  }

  /**
   * The same secret, which jobs are given as another variable. Only of a bundle of one entry.
   *
   * @param variable its name
   * @return another handle
   */
  public Secret asEnv(String variable) {
    return new Secret(name, variable, reach);
  }

  /**
   * Deletes it.
   *
   * @return what was deleted
   * @throws InUse where workloads that have not ended use it; {@link Secrets#delete(String,
   *     boolean)} deletes it from under them
   * @throws NotFound where there is none
   */
  public SecretResponse delete() {
    return delete(reach);
  }

  /**
   * As {@link #delete()}, by a client of the caller's.
   *
   * @param client asks the server
   * @return what was deleted
   */
  public SecretResponse delete(ControlPlaneClient client) {
    return delete(Reach.by(client));
  }

  /**
   * As {@link #delete()}, on a server of that address.
   *
   * @param baseUrl such as {@code https://satchel.example.com}
   * @return what was deleted
   */
  public SecretResponse delete(URI baseUrl) {
    return delete(Reach.at(baseUrl));
  }

  private SecretResponse delete(Reach where) {
    return SecretResponse.of(where.client().secrets().delete(name));
  }

  /**
   * The bundle's name.
   *
   * @return as it was given
   */
  public String name() {
    return name;
  }

  /** As a submit names it: its name, or that and its variable. */
  Object reference() {
    return variable == null ? name : new SecretReference(name).asEnv(variable).members();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret
        && secret.name.equals(name)
        && Objects.equals(secret.variable, variable);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, variable);
  }

  @Override
  public String toString() {
    return "Secret[" + name + (variable == null ? "" : " as " + variable) + "]";
  }
}
