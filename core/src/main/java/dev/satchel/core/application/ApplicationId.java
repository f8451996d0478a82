package dev.satchel.core.application;

/** An application's id, unique in its workspace: of the form of {@link PartId}. */
public record ApplicationId(String value) implements Comparable<ApplicationId> {
  public ApplicationId {
    PartId.check("id", "An application's id", value);
  }

  @Override
  public int compareTo(ApplicationId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
