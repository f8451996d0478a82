package dev.satchel.core.bucket;

import dev.satchel.core.bucket.BucketDriver.Unwritten;
import java.nio.file.Path;
import java.time.Duration;

/** What people are told of what a job left in its buckets. */
record DrainWords(BucketDriver driver, Duration stalledMax) {
  String writing(MountSource source, Unwritten left) {
    return "The job has ended; "
        + amount(left)
        + (left.files() == 1 ? " is" : " are")
        + " still being written to "
        + source.what()
        + ".";
  }

  /** What could not be written in time, and where it is. */
  String lost(BucketMountId id, MountSource source, Unwritten left) {
    return amount(left)
        + " of what the job wrote to "
        + source.path()
        + " could not be written to "
        + source.what()
        + ": for "
        + stalledMax.toMinutes()
        + " minutes nothing went on. It is kept in "
        + driver.aside(id)
        + " on the server's machine.";
  }

  /** What may be missing though nothing waits to be written; empty where nothing is. */
  String torn(BucketMountId id, MountSource source) {
    BucketDriver.Unkept unkept = driver.unkept(id);
    if (unkept != null) {
      return "The job left at "
          + source.path()
          + " what cannot be kept in "
          + source.what()
          + " (links, names that are not UTF-8 or have a line break, or files that were empty after this"
          + " machine had been restarted): "
          + String.join(", ", unkept.names())
          + ". It is in "
          + unkept.place()
          + " on the server's machine.";
    }
    Path kept = driver.torn(id);
    return kept == null
        ? ""
        : "What serves "
            + source.what()
            + " was killed while the job wrote to "
            + source.path()
            + ", and files there may have been written in part: they are kept in "
            + kept
            + " on the server's machine, and are not in the bucket as they are there.";
  }

  /** The same as a sentence behind another. */
  String after(BucketMountId id, MountSource source) {
    String sentence = torn(id, source);
    return sentence.isEmpty() ? "" : " " + sentence;
  }

  private static String amount(Unwritten left) {
    return left.bytes() + " bytes in " + left.files() + (left.files() == 1 ? " file" : " files");
  }
}
