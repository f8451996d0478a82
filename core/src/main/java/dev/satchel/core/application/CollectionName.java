package dev.satchel.core.application;

/** What a collection is locked and held by: its id within its application. */
public record CollectionName(ApplicationId application, PartId id) {
  /** Unambiguous, since neither part has a slash. */
  @Override
  public String toString() {
    return application + "/" + id;
  }
}
