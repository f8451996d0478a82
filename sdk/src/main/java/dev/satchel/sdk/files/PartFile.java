package dev.satchel.sdk.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file on its way here. Until it is whole and right it is {@code .NAME.part} beside its place,
 * which stays where the copy fails, and from where the next one goes on. For one thread.
 */
public final class PartFile {
  private final Path target;
  private final Path part;
  private long before; // How much there was of it at the last failure.
  private int failures;

  /**
   * Looks for what an earlier copy left.
   *
   * @param target the file's place
   * @throws IOException where that cannot be told
   */
  public PartFile(Path target) throws IOException {
    this.target = target;
    this.part = target.resolveSibling("." + target.getFileName() + ".part");
    this.before = sizeBytes();
  }

  /**
   * How much there is of it.
   *
   * @return where to go on
   * @throws IOException where that cannot be told
   */
  public long sizeBytes() throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  /**
   * Opens it to be written.
   *
   * @param goesOn whether behind what is there; else anew
   * @return to be closed
   * @throws IOException where it cannot be written here
   */
  public OutputStream open(boolean goesOn) throws IOException {
    return Files.newOutputStream(
        part,
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        goesOn ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
  }

  /**
   * Gives the file its place, if it is the one that was meant. That what was left lying here is of
   * another file shows only now; it is then removed, so that the next copy begins anew.
   *
   * @param digest of the whole file, as {@link Digests#wire}; empty where nobody knows
   * @return whether it is
   * @throws IOException where it cannot be read or moved
   */
  public boolean isWhole(String digest) throws IOException {
    if (!digest.isEmpty() && !digest.equals(Digests.of(part))) {
      Files.delete(part);
      return false;
    }
    Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    return true;
  }

  /**
   * Counts a copy that failed.
   *
   * @return how many have failed since the last one that brought some more of the file, with that
   * @throws IOException where it cannot be told how much there is of it
   */
  public int failed() throws IOException {
    long now = sizeBytes();
    failures = now > before ? 1 : failures + 1;
    before = now;
    return failures;
  }
}
