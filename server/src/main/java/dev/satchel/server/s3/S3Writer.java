package dev.satchel.server.s3;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.volume.VolumeFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Writes files as they arrive: small ones by one request, larger ones in parts, of which one is in
 * memory at a time. An object is whole or not there.
 */
final class S3Writer {
  private static final Logger LOG = LoggerFactory.getLogger(S3Writer.class);
  private static final int SMALL_BYTES = 256 * 1024;

  /** Source: AWS, "Amazon S3 multipart upload limits": 5 MiB to 5 GiB each, at most 10,000. */
  private static final int PART_BYTES = 8 * 1024 * 1024;

  /** So many parts are in memory at once. */
  private static final int PARTS_MAX = 8;

  /** And so many of one volume. */
  private static final int VOLUME_PARTS_MAX = 3;

  private static final Duration WAIT_MAX = Duration.ofSeconds(30);
  private static final String TYPE = "application/octet-stream";

  private final S3Connection connection;
  private final Removals removals;
  private final InstantSource clock;
  private final PartRoom parts = new PartRoom(PARTS_MAX, VOLUME_PARTS_MAX, WAIT_MAX);

  S3Writer(S3Connection connection, Removals removals, InstantSource clock) {
    this.connection = connection;
    this.removals = removals;
    this.clock = clock;
  }

  /**
   * @param base of the volume, which is not gone as long as this writes
   */
  VolumeFiles.Content write(
      String base, String key, InputStream bytes, long maxBytes, @Nullable String expected) {
    removals.writing(base);
    try {
      return write(base, key, new Body(bytes, maxBytes, expected));
    } finally {
      removals.written(base);
    }
  }

  private VolumeFiles.Content write(String base, String key, Body body) {
    byte[] small = new byte[SMALL_BYTES];
    int count = body.fill(small, 0);
    if (count < SMALL_BYTES) {
      return put(key, body, small, count);
    }
    try (var _ = parts.take(base)) {
      byte[] part = Arrays.copyOf(small, PART_BYTES);
      count = body.fill(part, count);
      return count < PART_BYTES ? put(key, body, part, count) : inParts(key, body, part);
    }
  }

  private VolumeFiles.Content put(String key, Body body, byte[] bytes, int count) {
    String sha256 = body.verified();
    var _ =
        connection.ask(
            client ->
                client.putObject(
                    it ->
                        it.bucket(connection.bucket())
                            .key(key)
                            .contentType(TYPE)
                            .metadata(Map.of(Sha256.METADATA, sha256)),
                    request(bytes, count)));
    return content(count, sha256);
  }

  private VolumeFiles.Content inParts(String key, Body body, byte[] part) {
    Map<String, String> metadata =
        body.expected == null ? Map.of() : Map.of(Sha256.METADATA, body.expected);
    String upload =
        connection.ask(
            client ->
                client
                    .createMultipartUpload(
                        it ->
                            it.bucket(connection.bucket())
                                .key(key)
                                .contentType(TYPE)
                                .metadata(metadata))
                    .uploadId());
    boolean complete = false;
    try {
      List<CompletedPart> sent = new ArrayList<>();
      int count = PART_BYTES;
      while (count > 0) {
        sent.add(send(key, upload, sent.size() + 1, part, count));
        count = count < PART_BYTES ? 0 : body.fill(part, 0);
      }
      String sha256 = body.verified();
      var _ =
          connection.ask(
              client ->
                  client.completeMultipartUpload(
                      it ->
                          it.bucket(connection.bucket())
                              .key(key)
                              .uploadId(upload)
                              .multipartUpload(all -> all.parts(sent))));
      complete = true;
      return content(body.size, sha256);
    } finally {
      if (!complete) {
        abort(key, upload);
      }
    }
  }

  private CompletedPart send(String key, String upload, int number, byte[] bytes, int count) {
    String tag =
        connection.ask(
            client ->
                client
                    .uploadPart(
                        it ->
                            it.bucket(connection.bucket())
                                .key(key)
                                .uploadId(upload)
                                .partNumber(number),
                        request(bytes, count))
                    .eTag());
    return CompletedPart.builder().partNumber(number).eTag(tag).build();
  }

  private void abort(String key, String upload) {
    try {
      var _ =
          connection.ask(
              client ->
                  client.abortMultipartUpload(
                      it -> it.bucket(connection.bucket()).key(key).uploadId(upload)));
    } catch (RefusedException e) {
      LOG.warn("parts of a file that was not written are left in the bucket: {}", e.detail());
    }
  }

  /** Can be sent again, and copies nothing. */
  private static RequestBody request(byte[] bytes, int count) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes, 0, count), count, TYPE);
  }

  private VolumeFiles.Content content(long size, String sha256) {
    return new VolumeFiles.Content(size, sha256, clock.instant().truncatedTo(ChronoUnit.MILLIS));
  }

  /** What a caller sends. */
  private static final class Body {
    private final InputStream bytes;
    private final long maxBytes;
    private final @Nullable String expected; // Null where nobody knows.
    private final Sha256 digest = new Sha256();
    private long size;

    Body(InputStream bytes, long maxBytes, @Nullable String expected) {
      this.bytes = bytes;
      this.maxBytes = maxBytes;
      this.expected = expected;
    }

    /** Reads on into a buffer that has so many already; answers how many it has then. */
    int fill(byte[] buffer, int count) {
      int filled = count;
      while (filled < buffer.length) {
        int read = next(buffer, filled);
        if (read < 0) {
          return filled;
        }
        size += read;
        if (size > maxBytes) {
          throw new RefusedException(
              Reason.TOO_LARGE, "A file that is sent has at most " + maxBytes + " bytes.");
        }
        digest.update(buffer, filled, read);
        filled += read;
      }
      return filled;
    }

    private int next(byte[] buffer, int filled) {
      try {
        return bytes.read(buffer, filled, buffer.length - filled);
      } catch (IOException e) {
        throw RefusedException.invalid("body", "The body did not arrive whole.");
      }
    }

    String verified() {
      String found = digest.hex();
      if (expected != null && !expected.equals(found)) {
        throw RefusedException.invalid(
            "Content-Digest",
            "What arrived has another SHA-256 than Content-Digest says. Nothing was written: send"
                + " it again.");
      }
      return found;
    }
  }
}
