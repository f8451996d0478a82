package dev.satchel.core.secret;

/** An entry as it is kept. */
public record SealedEntry(Place place, byte[] box) {
  @Override
  public String toString() {
    return "SealedEntry[" + place + "]";
  }
}
