package dev.satchel.core.secret;

/** The master key that was given does not unwrap the data that is there. Nothing was changed. */
public final class WrongMasterKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongMasterKeyException(KeyRow row, String givenMasterId) {
    super(
        "The data key "
            + row.id()
            + " is wrapped by the master key "
            + row.masterId()
            + ", and the master key that was given is "
            + givenMasterId
            + ". Start with the right one (--master-key-file); nothing was changed.");
  }
}
