package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import dev.satchel.sdk.pack.Pack;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The input of a run on its way: a file as it is, standard input, or the files of a directory. */
final class RunInput {
  private static final long MAX_BYTES = 512L << 20; // The server takes no more.

  private final Session session;
  private final String app;

  RunInput(Session session, String app) {
    this.session = session;
    this.app = app;
  }

  /** Sends it; answers the id under which the run finds it. */
  String sent(String from) {
    Path file = session.surroundings().workingDirectory().resolve(from);
    try {
      if (from.equals("-")) {
        return sentAfterCopy(session.surroundings().in());
      }
      if (Files.isDirectory(file)) {
        try (Pack pack = Pack.ofInput(file)) {
          return send(pack.archive());
        }
      }
      if (!Files.isReadable(file)) {
        throw CliException.usage("The file " + from + " cannot be read.");
      }
      return Files.isRegularFile(file) ? send(file) : sentAfterCopy(Files.newInputStream(file));
    } catch (IOException | UncheckedIOException unreadable) {
      throw new CliException(ExitCode.FAILED, "The input cannot be read.");
    }
  }

  /** How long it is has to be known before it is sent. */
  private String sentAfterCopy(InputStream from) throws IOException {
    Path kept = Files.createTempFile("satchel-", ".input"); // For its owner alone.
    try {
      try (from;
          OutputStream to = Files.newOutputStream(kept)) {
        byte[] buffer = new byte[1 << 16];
        long size = 0;
        for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
          size += length;
          requireSize(size);
          to.write(buffer, 0, length);
        }
      }
      return send(kept);
    } finally {
      Files.deleteIfExists(kept);
    }
  }

  private static void requireSize(long bytes) {
    if (bytes > MAX_BYTES) {
      throw CliException.usage("The input is larger than a run's may be: 512 MiB.");
    }
  }

  private String send(Path file) throws IOException {
    requireSize(Files.size(file));
    Request ask = Request.post(Part.RUNS.path(app) + "/uploadurl", Map.of());
    Node upload = session.send(ask).json();
    new Transfer(session, upload.text("upload_url")).send(file);
    return upload.text("upload_id");
  }
}
