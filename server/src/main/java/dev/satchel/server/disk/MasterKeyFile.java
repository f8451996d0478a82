package dev.satchel.server.disk;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Base64;
import java.util.Set;

/** The master key in a file: 32 bytes in base64 on one line, for its owner alone. */
public final class MasterKeyFile {
  private static final int KEY_BYTES = 32;

  private final Path file;

  public MasterKeyFile(Path file) {
    this.file = file;
  }

  public boolean exists() {
    return Files.exists(file);
  }

  /** Makes the file, durable, with a new key. Nothing that is there is ever overwritten. */
  public void create(byte[] key) {
    try {
      DataDirectory.writeNew(file, Base64.getEncoder().encode(key));
    } catch (FileAlreadyExistsException e) {
      throw new IllegalStateException("The master key file " + file + " is there already.", e);
    } catch (IOException e) {
      throw new IllegalStateException(
          "The master key file " + file + " cannot be made: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the key.
   *
   * @throws IllegalStateException where others than its owner may read the file, or it holds no
   *     key; what it holds is never in the message
   */
  public byte[] read() {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (permissions.contains(PosixFilePermission.GROUP_READ)
          || permissions.contains(PosixFilePermission.OTHERS_READ)) {
        throw new IllegalStateException(
            "The master key file "
                + file
                + " can be read by others than its owner: chmod 600 "
                + file);
      }
      return decode(Files.readString(file).strip());
    } catch (IOException e) {
      throw new IllegalStateException(
          "The master key file "
              + file
              + " cannot be read ("
              + e.getClass().getSimpleName()
              + ").");
    }
  }

  private byte[] decode(String text) {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      key = new byte[0]; // Its message would show what the file holds.
    }
    if (key.length != KEY_BYTES) {
      throw new IllegalStateException(
          "The master key file " + file + " does not hold 32 bytes in base64.");
    }
    return key;
  }
}
