package dev.satchel.server.s3;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.volume.VolumeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * The files of a volume that is a prefix. A directory is there as long as a file below it is. There
 * are no links.
 */
final class S3VolumeFiles implements VolumeFiles {
  /** Source: AWS, "Naming Amazon S3 objects". */
  private static final int KEY_MAX_BYTES = 1024;

  private final String base;
  private final S3Objects objects;
  private final ObjectUsage usage;
  private final S3Reader reader;
  private final S3Writer writer;

  /**
   * @param base what all names begin with, "/" at its end
   */
  S3VolumeFiles(
      String base, S3Objects objects, ObjectUsage usage, S3Reader reader, S3Writer writer) {
    this.base = base;
    this.objects = objects;
    this.usage = usage;
    this.reader = reader;
    this.writer = writer;
  }

  @Override
  public Kind kindOf(String path) {
    if (path.isEmpty()) {
      return Kind.DIRECTORY;
    }
    if (objects.head(key(path)).isPresent()) {
      return Kind.FILE;
    }
    if (objects.isAny(key(path) + "/")) {
      return Kind.DIRECTORY;
    }
    throw notFound(path);
  }

  @Override
  public List<Item> list(String path, String after, int limit) {
    String directory = path.isEmpty() ? base : key(path) + "/";
    DirectoryListing listing = new DirectoryListing(objects, directory);
    List<Item> items = listing.after(after, limit);
    if (items.isEmpty() && after.isEmpty() && kindOf(path) != Kind.DIRECTORY) {
      throw conflict(path, "is no directory");
    }
    return items;
  }

  @Override
  public void read(String path, Sink to) throws IOException {
    HeadObjectResponse head = objects.head(key(path)).orElse(null);
    if (head == null) {
      throw kindOf(path) == Kind.DIRECTORY ? conflict(path, "is no file") : notFound(path);
    }
    reader.read(key(path), head, to);
  }

  @Override
  public Content write(String path, InputStream bytes, long maxBytes, @Nullable String sha256)
      throws IOException {
    String key = key(path);
    if (key.getBytes(StandardCharsets.UTF_8).length > KEY_MAX_BYTES) {
      throw RefusedException.invalid(
          "path",
          "This path is too long for the object store, whose names have at most "
              + KEY_MAX_BYTES
              + " bytes, the store's own prefix among them.");
    }
    List<String> parts = upTo(path);
    for (String parent : parts.subList(0, parts.size() - 1)) {
      if (objects.head(key(parent)).isPresent()) {
        throw conflict(path, "leads through what is no directory");
      }
    }
    if (objects.isAny(key + "/")) {
      throw conflict(path, "is a directory");
    }
    long replaced = objects.head(key).map(HeadObjectResponse::contentLength).orElse(0L);
    Content written = writer.write(base, key, bytes, maxBytes, sha256);
    usage.add(base, written.sizeBytes() - replaced);
    return written;
  }

  @Override
  public void remove(String path, boolean all) {
    HeadObjectResponse file = objects.head(key(path)).orElse(null);
    if (file != null) {
      objects.remove(key(path));
      usage.add(base, -file.contentLength());
      return;
    }
    String directory = key(path) + "/";
    var below = objects.page(directory, 2, null).contents();
    if (below.isEmpty()) {
      throw notFound(path);
    }
    boolean empty = below.size() == 1 && below.getFirst().key().equals(directory);
    if (!all && !empty) {
      throw conflict(path, "is a directory that is not empty: remove it with all that is in it");
    }
    try {
      objects.removeAll(directory);
    } finally { // A part may be gone.
      usage.forget(base);
    }
  }

  private String key(String path) {
    return base + path;
  }

  /** A path's beginnings, the shortest first, and it itself. */
  static List<String> upTo(String path) {
    List<String> parts = new ArrayList<>();
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      parts.add(path.substring(0, slash));
    }
    parts.add(path);
    return parts;
  }

  private static RefusedException notFound(String path) {
    return new RefusedException(
        Reason.VOLUME_FILE_NOT_FOUND, "There is nothing at " + path + " in this volume.");
  }

  private static RefusedException conflict(String path, String why) {
    return new RefusedException(
        Reason.VOLUME_FILE_CONFLICT, "The path " + path + " of this volume " + why + ".");
  }
}
