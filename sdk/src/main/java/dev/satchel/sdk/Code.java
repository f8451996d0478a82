package dev.satchel.sdk;

import dev.satchel.api.CodeKept;
import dev.satchel.api.Paths;
import dev.satchel.sdk.classpath.ClassPath;
import dev.satchel.sdk.classpath.Undeclarable;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The class path of an app, looked at once, and what of it the server has been sent. */
final class Code {
  /** The slowest line that is put up with, besides the time that any call has. */
  private static final long BYTES_PER_SECOND = 128 << 10;

  private static final int TIMES_SENT_MAX = 3;
  private static final int TIMES_SUBMITTED_MAX = 4;

  private final @Nullable List<Path> entries; // Null for this JVM's own.
  private final Map<String, CompletableFuture<CodeKept>> sent = new ConcurrentHashMap<>();
  private @Nullable ClassPath found; // Null until it is first asked for.

  Code() {
    this.entries = null;
  }

  Code(List<Path> entries) {
    this.entries = entries;
  }

  /**
   * The class path.
   *
   * @param needed classes that must be on it
   * @throws Invalid where it cannot be sent
   */
  synchronized ClassPath classPath(Collection<Class<?>> needed) {
    ClassPath known = found;
    if (known == null) {
      try {
        known = entries == null ? ClassPath.ofThisProcess(needed) : ClassPath.of(entries);
      } catch (Undeclarable undeclarable) {
        throw new Invalid(String.valueOf(undeclarable.getMessage()), undeclarable);
      }
      found = known;
    }
    return known;
  }

  /**
   * Submits a call, and answers its id. Nothing is sent ahead: the server says what it lacks, which
   * mostly is nothing.
   */
  CompletableFuture<String> submit(Transport transport, Call call, ClassPath classPath) {
    return submit(transport, call, classPath, 1);
  }

  private CompletableFuture<String> submit(
      Transport transport, Call call, ClassPath classPath, int times) {
    return transport
        .submits()
        .pass(() -> transport.send(call, answer -> Workload.accepted(transport, answer).id()))
        .exceptionallyCompose(
            failure -> {
              if (times < TIMES_SUBMITTED_MAX
                  && Transport.unwrapped(failure) instanceof NotFound missing
                  && missing.code().equals("CODE_NOT_FOUND")) {
                if (times > 1) {
                  forget(missing.digests());
                }
                return send(transport, classPath, missing.digests())
                    .thenCompose(done -> submit(transport, call, classPath, times + 1));
              }
              return CompletableFuture.failedFuture(failure);
            });
  }

  /** Sends jars that the server lacks, each once, however many calls wait for it. */
  private CompletableFuture<Void> send(
      Transport transport, ClassPath classPath, List<String> digests) {
    CompletableFuture<?>[] all =
        digests.stream()
            .map(digest -> sent(transport, classPath, digest))
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(all);
  }

  private CompletableFuture<CodeKept> sent(
      Transport transport, ClassPath classPath, String digest) {
    Path jar = classPath.jars().get(digest);
    if (jar == null) { // The server asks for what it was not told of.
      return CompletableFuture.failedFuture(new RemoteFailure(Refusal.unreadable(422)));
    }
    CompletableFuture<CodeKept> sending =
        sent.computeIfAbsent(digest, each -> sent(transport, jar, digest, 1));
    Transport.atEnd(
        sending,
        (kept, failure) -> {
          if (failure != null) { // The next call tries again.
            sent.remove(digest, sending);
          }
        });
    return sending;
  }

  private CompletableFuture<CodeKept> sent(
      Transport transport, Path jar, String digest, int times) {
    return sentOnce(transport, jar, digest)
        .exceptionallyCompose(
            failure ->
                Transport.unwrapped(failure) instanceof Unavailable && times < TIMES_SENT_MAX
                    ? sent(transport, jar, digest, times + 1)
                    : CompletableFuture.failedFuture(failure));
  }

  private CompletableFuture<CodeKept> sentOnce(Transport transport, Path jar, String digest) {
    File file = jar.toFile();
    String base64 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(digest));
    Call call = Call.postJson(Paths.CODE, "").header("Content-Digest", "sha-256=:" + base64 + ":");
    Duration within = transport.settings().timeout().plusSeconds(file.length() / BYTES_PER_SECOND);
    return transport.file(call, jar, answer -> answer.as(CodeKept.class), within);
  }

  /** What was sent and is asked for again: it has been swept, or the server is another. */
  private void forget(List<String> digests) {
    digests.forEach(
        digest -> {
          CompletableFuture<CodeKept> before = sent.get(digest);
          if (before != null && before.isDone()) {
            sent.remove(digest, before);
          }
        });
  }
}
