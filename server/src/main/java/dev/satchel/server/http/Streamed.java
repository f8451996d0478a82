package dev.satchel.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that are written as they are made. One that fails on its way is broken off, so that
 * nobody takes its beginning for all of it.
 */
final class Streamed {
  private static final Logger LOG = LoggerFactory.getLogger(Streamed.class);

  private Streamed() {}

  /** Writes an answer; it must leave the stream open. */
  interface Writing {
    void to(OutputStream out) throws IOException;
  }

  static void write(Context context, Writing writing) {
    try {
      OutputStream out = context.res().getOutputStream();
      writing.to(out);
      out.close(); // Only now: closing says that this was all.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a failure came too late for another answer; then the connection is ended. */
  static boolean brokenOff(Context context, Throwable failure) {
    if (!context.res().isCommitted()) {
      context.res().resetBuffer();
      context.res().setContentLengthLong(-1);
      return false;
    }
    if (failure.getCause() instanceof EofException) { // Whoever asked has gone.
      LOG.debug("an answer was not read to its end", failure);
    } else {
      LOG.error("an answer was broken off", failure);
    }
    ServletContextRequest.getServletContextRequest(context.req())
        .getServletChannel()
        .abort(failure);
    return true;
  }
}
