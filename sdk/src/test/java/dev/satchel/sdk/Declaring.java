package dev.satchel.sdk;

/** A program that declares a volume, as one that submits itself does. */
public final class Declaring {
  private Declaring() {}

  /** Takes the volume's name. */
  public static void main(String[] arguments) {
    Volume volume = Volume.fromName(arguments[0], v -> v.createIfMissing());
    System.out.println("declared " + volume.name());
  }
}
