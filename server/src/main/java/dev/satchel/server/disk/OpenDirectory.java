package dev.satchel.server.disk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A directory by its descriptor and not by its path: whatever is moved or replaced above it
 * meanwhile, it stays the same one. Symbolic links are not followed.
 */
record OpenDirectory(SecureDirectoryStream<Path> stream) implements AutoCloseable {
  /** Opens a directory that nobody else can move. */
  @SuppressWarnings("StreamResourceLeak") // Closed by whoever closes this.
  static OpenDirectory of(Path path) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(path);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return new OpenDirectory(secure);
    }
    stream.close();
    throw new IOException("this file system opens no directories by descriptor");
  }

  /** What a name in it stands for; null where there is nothing. */
  @Nullable BasicFileAttributes attributes(Path name) throws IOException {
    try {
      return stream
          .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .readAttributes();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Opens a directory in it; throws where there is none of the name, or something else. */
  OpenDirectory enter(Path name) throws IOException {
    BasicFileAttributes attributes = attributes(name);
    if (attributes == null) {
      throw new NoSuchFileException(name.toString());
    }
    if (!attributes.isDirectory()) { // Opening something else could wait for ever.
      throw new NotDirectoryException(name.toString());
    }
    return new OpenDirectory(stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
  }

  /** Opens the same directory once more: what is in it can be gone through once each time. */
  OpenDirectory again() throws IOException {
    return new OpenDirectory(stream.newDirectoryStream(Path.of(".")));
  }

  /** Removes a directory in it with all that is in that one. */
  void removeTree(Path name, int depthMax) throws IOException {
    if (depthMax == 0) {
      throw new FileSystemException(name.toString(), null, "it is too deep");
    }
    try (OpenDirectory inner = enter(name)) {
      for (Path entry : inner.stream()) {
        Path each = entry.getFileName();
        BasicFileAttributes attributes = inner.attributes(each);
        if (attributes != null && attributes.isDirectory()) {
          inner.removeTree(each, depthMax - 1);
        } else if (attributes != null) {
          inner.stream().deleteFile(each);
        }
      }
    }
    stream.deleteDirectory(name);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
