package dev.satchel.sdk;

import dev.satchel.api.SecretsCollectionSummary;
import java.util.List;

/** A secrets collection with its values. Immutable until {@link #close}; it prints none of them. */
public final class SecretsCollection implements AutoCloseable {
  private final SecretsCollectionSummary summary;
  private final List<SecretEntry> secrets;

  private SecretsCollection(SecretsCollectionSummary summary, List<SecretEntry> secrets) {
    this.summary = summary;
    this.secrets = List.copyOf(secrets);
  }

  static SecretsCollection of(Answer answer) {
    return new SecretsCollection(
        answer.as(SecretsCollectionSummary.class),
        answer.json().at("secrets").items().stream()
            .map(
                entry ->
                    new SecretEntry(
                        entry.text("type"),
                        entry.text("location"),
                        SecretValue.of(entry.text("value"))))
            .toList());
  }

  /**
   * What may be told of it to anybody.
   *
   * @return without values
   */
  public SecretsCollectionSummary summary() {
    return summary;
  }

  /**
   * Its entries.
   *
   * @return with their values, in the server's order
   */
  public List<SecretEntry> secrets() {
    return secrets;
  }

  /** Overwrites the values, as far as they can be. */
  @Override
  public void close() {
    secrets.forEach(entry -> entry.value().close());
  }

  @Override
  public String toString() {
    return "SecretsCollection[" + summary.id() + ", " + secrets.size() + " redacted]";
  }
}
