package dev.satchel.server.bucket;

import dev.satchel.core.bucket.BucketMountId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/** Which mounts have a directory of their own below another. */
final class MountIds {
  private MountIds() {}

  static Set<BucketMountId> in(Path root) {
    Set<BucketMountId> known = new LinkedHashSet<>();
    try (Stream<Path> all = Files.list(root)) {
      all.map(each -> String.valueOf(each.getFileName()))
          .filter(BucketMountId::isId)
          .forEach(name -> known.add(BucketMountId.parse(name)));
      return known;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
