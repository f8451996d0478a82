package dev.satchel.server.s3;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.volume.VolumeFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Reads files. The digest of one that was written here is kept beside it; one that a job wrote is
 * read twice, and what was found is remembered as long as the object is the same.
 */
final class S3Reader {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int KNOWN_MAX = 10_000;

  private final S3Connection connection;
  private final Map<String, String> known = Collections.synchronizedMap(new Recent());

  S3Reader(S3Connection connection) {
    this.connection = connection;
  }

  void read(String key, HeadObjectResponse head, VolumeFiles.Sink to) throws IOException {
    long size = head.contentLength();
    VolumeFiles.Content content =
        new VolumeFiles.Content(size, digest(key, head), head.lastModified());
    OutputStream out = to.begin(content);
    try {
      if (to.skippedBytes() < size) {
        copy(key, head, to.skippedBytes(), out);
      }
    } catch (RefusedException e) { // Too late to be told: the answer has begun.
      throw new IOException(e.detail(), e);
    }
  }

  private String digest(String key, HeadObjectResponse head) throws IOException {
    String kept = head.metadata().getOrDefault(Sha256.METADATA, "");
    if (Sha256.isOne(kept)) {
      return kept;
    }
    String object =
        key + " " + head.eTag() + " " + head.contentLength() + " " + head.lastModified();
    String before = known.get(object);
    if (before != null) {
      return before;
    }
    Sha256 digest = new Sha256();
    if (head.contentLength() > 0) {
      copy(key, head, 0, digest.sink());
    }
    String found = digest.hex();
    known.put(object, found);
    return found;
  }

  /** The same object as before, or none. */
  private void copy(String key, HeadObjectResponse head, long from, OutputStream to)
      throws IOException {
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(connection.bucket())
            .key(key)
            .ifMatch(head.eTag())
            .range(from == 0 ? null : "bytes=" + from + "-")
            .build();
    long left = head.contentLength() - from;
    try (InputStream in = connection.ask(client -> found(client, request))) {
      byte[] buffer = new byte[BUFFER_BYTES];
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(left, BUFFER_BYTES));
        if (read < 0) {
          throw new IOException("the object became shorter while it was read");
        }
        to.write(buffer, 0, read);
        left -= read;
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static InputStream found(S3Client client, GetObjectRequest request) {
    try {
      return client.getObject(request);
    } catch (S3Exception e) {
      if (S3Connection.isMissing(e)) {
        throw new RefusedException(
            Reason.VOLUME_FILE_NOT_FOUND, "The file was removed while it was read.");
      }
      throw e;
    }
  }

  /** The digests that were asked for last. */
  private static final class Recent extends LinkedHashMap<String, String> {
    private static final long serialVersionUID = 1;

    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
      return size() > KNOWN_MAX;
    }
  }
}
