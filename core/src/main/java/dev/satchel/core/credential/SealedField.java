package dev.satchel.core.credential;

/** A secret field as it is kept. */
public record SealedField(String name, byte[] box) {
  @Override
  public String toString() {
    return "SealedField[" + name + "]";
  }
}
