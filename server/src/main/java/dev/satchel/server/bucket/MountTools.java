package dev.satchel.server.bucket;

import dev.satchel.core.bucket.BucketMountId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What rclone has beside its words: an environment, and the programs that it mounts by.
 *
 * @param directory of these programs
 * @param port of the loopback, where it asks for keys
 */
record MountTools(Path directory, int port) {
  private static final String MOUNTER = Resources.text("fusermount.sh");

  /** All that it is given; no key is in it. */
  Map<String, String> environment(Rclone rclone, BucketMountId id, String token)
      throws IOException {
    writePrograms(rclone);
    Map<String, String> environment = keys(port, id, token);
    environment.put("PATH", directory + ":" + Rclone.STANDARD_PATH);
    return environment;
  }

  /** Where keys are asked for; none is among it. */
  static Map<String, String> keys(int port, BucketMountId id, String token) {
    Map<String, String> environment = new HashMap<>();
    // Else the server's user's own keys, or the machine's, would come before those of the mount.
    environment.put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    environment.put("AWS_CONFIG_FILE", "/dev/null");
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", CredentialEndpoint.url(port, id));
    environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", token);
    return environment;
  }

  /**
   * Under the names that older and newer ones ask for. Unmounting is not left to it: what a job has
   * would be gone with whoever ended rclone.
   */
  private void writePrograms(Rclone rclone) throws IOException {
    String script = MOUNTER.replace("FUSERMOUNT", rclone.unmounter().toString());
    Files.createDirectories(directory);
    for (String name : List.of("fusermount3", "fusermount")) {
      Path tool = directory.resolve(name);
      if (!Files.exists(tool) || !Files.readString(tool).equals(script)) {
        Path written = Files.createTempFile(directory, name, ".new");
        Files.writeString(written, script);
        Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rwx------"));
        Files.move(written, tool, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }
}
