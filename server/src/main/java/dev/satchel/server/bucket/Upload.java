package dev.satchel.server.bucket;

import dev.satchel.core.bucket.BucketDriver.Access;
import dev.satchel.core.bucket.BucketDriver.Unwritten;
import dev.satchel.server.bucket.Tree.Stamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what changed in one directory to its bucket, once, behind whoever began it. What is done
 * is noted part by part, so that it need not be done again.
 */
final class Upload {
  private static final Logger LOG = LoggerFactory.getLogger(Upload.class);
  private static final int FILES_MAX = 1000;
  private static final long BYTES_MAX = 1L << 30;
  private static final int FAILURES_MAX = 3;

  private final SyncDirectory directory;
  private final CopyWords words;
  private final Map<String, String> environment;
  private final Changes changes;
  private final Access access;
  private final Thread thread;
  private volatile Unwritten left;
  private volatile boolean stopped;
  private volatile boolean ended;
  private volatile @Nullable String failure; // Null where all went well, so far.

  private Upload(
      SyncDirectory directory,
      CopyWords words,
      Map<String, String> environment,
      Changes changes,
      Access access) {
    this.directory = directory;
    this.words = words;
    this.environment = environment;
    this.changes = changes;
    this.access = access;
    this.left = changes.unwritten();
    this.thread = Thread.ofVirtual().name("upload").unstarted(this::run);
  }

  static Upload begun(
      SyncDirectory directory,
      CopyWords words,
      Map<String, String> environment,
      Changes changes,
      Access access) {
    Upload upload = new Upload(directory, words, environment, changes, access);
    upload.thread.start();
    return upload;
  }

  Unwritten left() {
    return left;
  }

  boolean isRunning() {
    return !ended;
  }

  /** Why it did not end well; null where it did, or goes on. */
  @Nullable String failure() {
    return failure;
  }

  /** Waits for it, no longer than so long. */
  void await(Duration limit) {
    try {
      boolean _ = thread.join(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it where it is. */
  void stop() {
    stopped = true;
    await(Duration.ofSeconds(20)); // Its process is looked at much more often.
  }

  private void run() {
    try {
      writeAll();
      if (failure == null) {
        deleteAll();
      }
    } catch (IOException | RuntimeException e) {
      failure = String.valueOf(e.getMessage());
    } catch (Error e) { // Whoever waits must not take it for done.
      failure = e.toString();
      throw e;
    } finally {
      if (failure != null && !stopped) {
        LOG.warn("what is in {} could not be written yet: {}", directory.shown(), failure);
      }
      ended = true;
    }
  }

  /** One that fails does not keep the others back, unless all seem to. */
  private void writeAll() throws IOException {
    int failures = 0;
    for (Map<String, Stamp> batch : changes.batches(FILES_MAX, BYTES_MAX)) {
      long bytes = batch.values().stream().mapToLong(Stamp::size).sum();
      list(batch.keySet());
      List<String> command =
          words.upload(directory.shown(), access.bucket(), directory.list(), batch.size(), bytes);
      if (done(command, batch.size(), bytes, batch.size())) {
        note(new LinkedHashMap<>(batch), bytes);
      } else if (++failures == FAILURES_MAX) {
        return;
      }
    }
  }

  private void deleteAll() throws IOException {
    List<String> all = changes.deleted();
    for (int begin = 0; begin < all.size(); begin += FILES_MAX) {
      List<String> batch = all.subList(begin, Math.min(all.size(), begin + FILES_MAX));
      list(batch);
      if (!done(words.delete(access.bucket(), directory.list()), batch.size(), 0, 0)) {
        return;
      }
      Map<String, @Nullable Stamp> gone = new LinkedHashMap<>();
      batch.forEach(name -> gone.put(name, null));
      note(gone, 0);
    }
  }

  private void list(Collection<String> names) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (String name : names) {
      lines.writeBytes(Names.bytes(name + "\n"));
    }
    Files.write(directory.list(), lines.toByteArray());
  }

  /**
   * @param copies how many files are to be copied: what rclone does not find it leaves out, without
   *     a word
   */
  private boolean done(List<String> command, int files, long bytes, int copies) throws IOException {
    goOn(); // It may end before it is looked at.
    Copying.Ended end =
        Copying.run(command, environment, CopyWords.limit(files, bytes), said -> goOn());
    if (end.code() != 0) {
      failure = end.why();
    } else if (end.said().transfers() < copies) {
      failure = "rclone wrote " + end.said().transfers() + " of " + copies + " files.";
    } else {
      return true;
    }
    return false;
  }

  private void goOn() {
    if (stopped) {
      throw new IllegalStateException("it was stopped");
    }
  }

  private void note(Map<String, @Nullable Stamp> done, long bytes) throws IOException {
    Manifest.append(directory.manifest(), done);
    left = new Unwritten(left.files() - done.size(), left.bytes() - bytes);
  }
}
