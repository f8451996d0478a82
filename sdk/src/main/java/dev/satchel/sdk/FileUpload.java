package dev.satchel.sdk;

import dev.satchel.api.VolumeFileWritten;
import dev.satchel.sdk.files.Digests;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Supplier;

/** Sends one file to a volume, whole or not at all. */
final class FileUpload {
  /** The slowest line that is put up with, besides the time that any call has. */
  private static final long BYTES_PER_SECOND = 128 << 10;

  private static final long SIZE_MAX = 5L << 30; // More than the server takes.

  private final Transport transport;

  FileUpload(Transport transport) {
    this.transport = transport;
  }

  /** Sends a file, again where that is of use: the digest goes first, so that twice is once. */
  VolumeFileWritten file(Path from, String target, Tally.Part part) {
    try {
      long size = Files.size(from);
      Call call = put(target, Call.Repeat.FREELY).header("Content-Digest", Digests.of(from));
      return send(call, () -> new Counted(ofFile(from), part), size);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  VolumeFileWritten bytes(byte[] content, String target) {
    String digest = Digests.wire(Digests.sha256().digest(content));
    Call call = put(target, Call.Repeat.FREELY).header("Content-Digest", digest);
    return send(call, () -> BodyPublishers.ofByteArray(content), content.length);
  }

  /** Sends what comes, once, and compares what arrived with it. */
  VolumeFileWritten stream(InputStream from, String target) {
    LentStream lent = new LentStream(from);
    DigestInputStream digested = new DigestInputStream(lent, Digests.sha256());
    VolumeFileWritten written;
    try {
      Call call = put(target, Call.Repeat.NEVER);
      written = send(call, () -> BodyPublishers.ofInputStream(() -> digested), SIZE_MAX);
    } catch (SatchelException failed) {
      lent.throwFailure(); // Which says why.
      throw failed;
    }
    lent.throwFailure();
    String sent = HexFormat.of().formatHex(digested.getMessageDigest().digest());
    if (!sent.equals(written.sha256())) {
      throw new Unavailable("What arrived is not what was sent; send it again.", null);
    }
    return written;
  }

  private static Call put(String target, Call.Repeat repeat) {
    return new Call(
        "PUT", target, Map.of("Content-Type", "application/octet-stream"), null, repeat);
  }

  private VolumeFileWritten send(Call call, Supplier<BodyPublisher> body, long size) {
    Duration within = transport.settings().timeout().plusSeconds(size / BYTES_PER_SECOND);
    return Waiting.on(
        transport.send(call, body, answer -> answer.as(VolumeFileWritten.class), within));
  }

  private static BodyPublisher ofFile(Path from) {
    try {
      return BodyPublishers.ofFile(from);
    } catch (FileNotFoundException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /** Tells how much was handed over, from nothing each time that it is sent. */
  private record Counted(BodyPublisher inner, Tally.Part part) implements BodyPublisher {
    @Override
    public long contentLength() {
      return inner.contentLength();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
      part.at(0);
      inner.subscribe(new Counting(subscriber, part));
    }
  }

  private record Counting(Subscriber<? super ByteBuffer> inner, Tally.Part part)
      implements Subscriber<ByteBuffer> {
    @Override
    public void onSubscribe(Subscription subscription) {
      inner.onSubscribe(subscription);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      part.add(bytes.remaining());
      inner.onNext(bytes);
    }

    @Override
    public void onError(Throwable failure) {
      inner.onError(failure);
    }

    @Override
    public void onComplete() {
      inner.onComplete();
    }
  }
}
