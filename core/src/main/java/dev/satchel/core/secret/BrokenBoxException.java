package dev.satchel.core.secret;

/** A box does not open where it stands. It names the place, never what the box holds. */
public final class BrokenBoxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokenBoxException(BoxAddress address, String why) {
    super(
        "The box of "
            + address.kind()
            + " "
            + address.ownerId()
            + ", revision "
            + address.revision()
            + ", "
            + address.type()
            + " "
            + address.location()
            + " does not open: "
            + why
            + ".");
  }
}
