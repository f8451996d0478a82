package dev.satchel.cli.volume;

import dev.satchel.cli.http.Download;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.http.RequestException;
import dev.satchel.cli.http.Transport;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.sdk.files.PartFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Fetches one file, from where an earlier copy of it ended. */
final class FileFetch {
  private static final int TRIES = 4; // That bring nothing more, in a row.
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Transport transport;
  private final Progress progress;
  private final VolumePath from;
  private long counted; // Of the copy that is being made.

  FileFetch(Transport transport, Progress progress, VolumePath from) {
    this.transport = transport;
    this.progress = progress;
    this.from = from;
  }

  /**
   * Fetches all of it, from where the connection broke each time that it does.
   *
   * @return false where it is a directory, and nothing was done
   */
  boolean run(Path target) {
    try {
      PartFile part = new PartFile(target);
      while (true) {
        RuntimeException failure;
        try {
          return isFile(part);
        } catch (CliException garbled) {
          failure = garbled;
        } catch (RequestException failed) {
          if (!failed.isPassing()) {
            throw failed;
          }
          failure = failed;
        }
        int failures = part.failed();
        if (failures == TRIES) {
          throw failure;
        }
        transport.pause(failures);
      }
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, "The file " + target + " could not be written: " + e);
    }
  }

  private boolean isFile(PartFile part) throws IOException {
    long have = part.sizeBytes();
    Request request = Request.get(from.url());
    try (Download download =
        transport.download(have == 0 ? request : request.header("Range", "bytes=" + have + "-"))) {
      if (download.isJson()) {
        return false;
      }
      copy(download, part, download.goesOn() ? have : 0);
      return true;
    }
  }

  private void copy(Download download, PartFile part, long have) throws IOException {
    counted = 0;
    try {
      count(have);
      arrive(download, part, have > 0);
      if (!part.isWhole(download.digest())) {
        throw new CliException(
            ExitCode.FAILED, "What arrived of " + from + " is not what was sent; get it again.");
      }
      progress.file();
    } catch (IOException | RuntimeException failed) {
      count(-counted); // The next one counts it again.
      throw failed;
    }
  }

  private void arrive(Download download, PartFile part, boolean goesOn) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = download.length();
    try (OutputStream out = part.open(goesOn)) {
      for (int read = next(download, buffer); read >= 0; read = next(download, buffer)) {
        out.write(buffer, 0, read);
        count(read);
        left -= read;
      }
    }
    if (left > 0) { // The JDK takes that for the end.
      throw transport.unreachable(new EOFException("the answer is too short"));
    }
  }

  /** What fails here is of the network: what is there by now is kept. */
  private int next(Download download, byte[] buffer) {
    try {
      return download.bytes().read(buffer);
    } catch (IOException broken) {
      throw transport.unreachable(broken);
    }
  }

  private void count(long bytes) {
    counted += bytes;
    progress.bytes(bytes);
  }
}
