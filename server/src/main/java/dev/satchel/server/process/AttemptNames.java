package dev.satchel.server.process;

import dev.satchel.core.workload.AttemptId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** Reads which attempts have a directory below another; what is not an attempt's is passed over. */
final class AttemptNames {
  private AttemptNames() {}

  static Set<AttemptId> in(Path directory) throws IOException {
    Set<AttemptId> attempts = new LinkedHashSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        try {
          attempts.add(AttemptId.parse(String.valueOf(entry.getFileName())));
        } catch (IllegalArgumentException e) {
          // Not an attempt's.
        }
      }
    } catch (NoSuchFileException e) {
      return Set.of();
    }
    return attempts;
  }
}
