package dev.satchel.core.volume;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Copies a file from volume to volume while it is read: one side pushes, the other pulls. The
 * digest is known before the first byte, so that half of a file is never taken for all of it.
 */
final class FileCopy {
  private static final int BUFFER_BYTES = 256 * 1024;

  private FileCopy() {}

  static VolumeFiles.Content copy(
      VolumeFiles from, String path, VolumeFiles to, String target, long maxBytes)
      throws IOException {
    CompletableFuture<VolumeFiles.Content> begun = new CompletableFuture<>();
    try (PipedInputStream bytes = new PipedInputStream(BUFFER_BYTES)) { // Closed, it tells both.
      PipedOutputStream pushed = new PipedOutputStream(bytes);
      Thread reader =
          Thread.ofVirtual().name("volume-copy").start(() -> read(from, path, pushed, begun));
      try {
        return to.write(target, bytes, maxBytes, begun.join().sha256());
      } catch (CompletionException failed) { // Before the first byte.
        throw thrown(failed.getCause());
      } catch (RefusedException refused) {
        throw isOfTheBody(refused) ? changed(path) : refused;
      } finally {
        reader.interrupt();
      }
    }
  }

  private static void read(
      VolumeFiles from,
      String path,
      OutputStream to,
      CompletableFuture<VolumeFiles.Content> begun) {
    try (to) {
      from.read(
          path,
          content -> {
            begun.complete(content);
            return to;
          });
    } catch (
        Throwable
            failed) { // Or the other side would wait for ever. What is missing then, the digest
      // shows.
      begun.completeExceptionally(failed);
    }
  }

  /** Not of the target, say, whose path may be too long. */
  private static boolean isOfTheBody(RefusedException refused) {
    Object field = refused.members().getOrDefault("field", "");
    return refused.reason() == Reason.INVALID
        && (field.equals("body") || field.equals("Content-Digest"));
  }

  /** What was read is not what was read before: nobody sent a body that could be wrong. */
  private static RefusedException changed(String path) {
    return new RefusedException(
        Reason.VOLUME_FILE_CONFLICT,
        "The file " + path + " changed while it was copied. Nothing was written; copy it again.");
  }

  private static RuntimeException thrown(@Nullable Throwable failure) throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
  }
}
