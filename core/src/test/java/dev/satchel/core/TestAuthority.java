package dev.satchel.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A certificate authority of a test's own, by {@code openssl}: it signs for any name. */
public final class TestAuthority {
  private final Path directory;

  /** A certificate that it signed, and its key. */
  public record Issued(Path certificate, Path key) {}

  /** Makes one in a directory; the test is skipped out loud where there is no openssl. */
  public TestAuthority(Path directory) {
    Needs.command("openssl");
    this.directory = directory;
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=test-authority"
            + " -addext keyUsage=critical,keyCertSign,cRLSign -keyout ca.key -out ca.crt");
  }

  /** Its own certificate. */
  public Path certificate() {
    return directory.resolve("ca.crt");
  }

  /** Signs for names such as {@code DNS:localhost}, or {@code IP:127.0.0.1}. */
  public Issued issue(String file, String names) {
    return issue(file, names, 20);
  }

  /**
   * Signs for some days.
   *
   * @param days 0 for one that has expired when it is looked at
   */
  public Issued issue(String file, String names, int days) {
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=test-server -keyout "
            + file
            + ".key -out "
            + file
            + ".csr");
    try {
      Files.writeString(
          directory.resolve(file + ".ext"),
          "subjectAltName=" + names + "\nauthorityKeyIdentifier=keyid\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    openssl(
        "x509 -req -CA ca.crt -CAkey ca.key -CAcreateserial -in %1$s.csr -out %1$s.crt -extfile %1$s.ext -days "
                .formatted(file)
            + days);
    return new Issued(directory.resolve(file + ".crt"), directory.resolve(file + ".key"));
  }

  /**
   * Runs openssl in the directory.
   *
   * @param words parted by spaces
   */
  public void openssl(String words) {
    List<String> command = new java.util.ArrayList<>(List.of("openssl"));
    command.addAll(Arrays.asList(words.split(" ", -1)));
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("openssl.log").toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new AssertionError(Files.readString(directory.resolve("openssl.log")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
