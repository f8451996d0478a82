package dev.satchel.server.http;

import dev.satchel.api.VolumeFileItem;
import dev.satchel.api.VolumeFileWritten;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.volume.VolumeFiles;
import dev.satchel.core.volume.VolumeName;
import dev.satchel.core.volume.Volumes;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The routes of the files of volumes. Digests are {@code sha-256=:BASE64:}: {@code Content-Digest}
 * is of what is sent, {@code Repr-Digest} of the whole file. Sources: RFC 9530; RFC 9110, 14.
 */
final class VolumeFileRoutes {
  static final long FILE_MAX_BYTES = 5L * 1024 * 1024 * 1024;

  static final String DIGEST = "Content-Digest";
  private static final String WHOLE_DIGEST = "Repr-Digest";
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-");
  private static final String ALGORITHM = "sha-256=:";
  private static final int SHA256_BYTES = 32;

  private final Volumes volumes;

  VolumeFileRoutes(Volumes volumes) {
    this.volumes = volumes;
  }

  void listAll(Exchange exchange) {
    list(exchange, VolumeRoutes.name(exchange), "");
  }

  void get(Exchange exchange) {
    VolumeName name = VolumeRoutes.name(exchange);
    String path = exchange.path("path");
    if (volumes.kindOf(exchange.actor(), name, path) == VolumeFiles.Kind.DIRECTORY) {
      list(exchange, name, path);
    } else {
      exchange.allowQuery();
      read(exchange, name, path);
    }
  }

  private void list(Exchange exchange, VolumeName name, String path) {
    exchange.allowQuery("limit", "page_token");
    String after = exchange.pageKey();
    List<VolumeFiles.Item> found =
        volumes.list(
            exchange.actor(), name, path, after == null ? "" : after, exchange.limit() + 1);
    exchange.answerPage(found, VolumeFiles.Item::name, VolumeFileRoutes::item);
  }

  private void read(Exchange exchange, VolumeName name, String path) {
    Context context = exchange.context();
    try {
      volumes.read(exchange.actor(), name, path, new Answer(context));
    } catch (IOException e) { // The caller has gone, or is told by a body that is too short.
      throw new UncheckedIOException(e);
    }
  }

  private static String wire(byte[] digest) {
    return ALGORITHM + Base64.getEncoder().encodeToString(digest) + ":";
  }

  /** A file as the answer to who asked for all of it, or for what comes after so many bytes. */
  private static final class Answer implements VolumeFiles.Sink {
    private final Context context;
    private long from;

    Answer(Context context) {
      this.context = context;
    }

    @Override
    public OutputStream begin(VolumeFiles.Content content) throws IOException {
      String digest = wire(HexFormat.of().parseHex(content.sha256()));
      long size = content.sizeBytes();
      from = from(context.header("Range"), size);
      context.contentType("application/octet-stream");
      context.header("Accept-Ranges", "bytes");
      context.header(WHOLE_DIGEST, digest);
      context.res().setContentLengthLong(size - from);
      if (from == 0) {
        context.header(DIGEST, digest);
      } else {
        context.status(206);
        context.header("Content-Range", "bytes " + from + "-" + (size - 1) + "/" + size);
      }
      return context.res().getOutputStream();
    }

    /**
     * Where to begin: only {@code bytes=N-} within the file counts, all else is the whole of it.
     */
    private static long from(@Nullable String range, long size) {
      Matcher asked = RANGE.matcher(range == null ? "" : range);
      long from = asked.matches() ? Long.parseLong(asked.group(1)) : 0;
      return from < size ? from : 0;
    }

    @Override
    public long skippedBytes() {
      return from;
    }
  }

  void put(Exchange exchange) {
    exchange.allowQuery();
    VolumeName name = VolumeRoutes.name(exchange);
    String path = exchange.path("path");
    Context context = exchange.context();
    String sha256 = sha256(context.header(DIGEST));
    if (context.req().getContentLengthLong() > FILE_MAX_BYTES) {
      throw new RefusedException(
          Reason.TOO_LARGE, "A file that is sent has at most " + FILE_MAX_BYTES + " bytes.");
    }
    try {
      VolumeFiles.Content written =
          volumes.write(
              exchange.actor(), name, path, context.req().getInputStream(), FILE_MAX_BYTES, sha256);
      exchange.answer(
          200,
          new VolumeFileWritten(path, written.sizeBytes(), written.sha256(), written.modifiedAt()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void copy(Exchange exchange) {
    exchange.allowQuery();
    Fields body = new Fields(exchange.body(), "", "from", "to", "to_volume");
    VolumeName name = VolumeRoutes.name(exchange);
    String target = body.text("to_volume");
    VolumeName other = target == null ? name : Fields.at("to_volume", () -> new VolumeName(target));
    String to = body.requiredText("to");
    try {
      VolumeFiles.Content written =
          volumes.copy(
              exchange.actor(), name, body.requiredText("from"), other, to, FILE_MAX_BYTES);
      exchange.answer(
          200,
          new VolumeFileWritten(to, written.sizeBytes(), written.sha256(), written.modifiedAt()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static @Nullable String sha256(@Nullable String header) {
    if (header == null) {
      return null;
    }
    if (header.startsWith(ALGORITHM) && header.endsWith(":")) {
      try {
        String text = header.substring(ALGORITHM.length(), header.length() - 1);
        byte[] digest = Base64.getDecoder().decode(text);
        if (digest.length == SHA256_BYTES) {
          return HexFormat.of().formatHex(digest);
        }
      } catch (IllegalArgumentException e) {
        // Told below, with the form.
      }
    }
    throw RefusedException.invalid(DIGEST, DIGEST + " must be sha-256=:BASE64: (RFC 9530).");
  }

  void delete(Exchange exchange) {
    exchange.allowQuery("recursive");
    volumes.remove(
        exchange.actor(),
        VolumeRoutes.name(exchange),
        exchange.path("path"),
        exchange.flag("recursive"));
    exchange.answerNothing();
  }

  private static VolumeFileItem item(VolumeFiles.Item item) {
    return new VolumeFileItem(
        item.name(),
        item.kind().name().toLowerCase(Locale.ROOT),
        item.sizeBytes(),
        item.modifiedAt());
  }
}
