package dev.satchel.server.http;

import dev.satchel.api.CallDetail;
import dev.satchel.api.CodeKept;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.call.Calls;
import dev.satchel.core.call.ObjectCalls;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.IdempotencyKey;
import dev.satchel.core.workload.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The routes of calls of Java methods, and of the jars that they run. */
final class CallRoutes {
  private static final int KEY_CHARS = 12;

  private final Calls calls;
  private final ObjectCalls objects;

  CallRoutes(Calls calls, ObjectCalls objects) {
    this.calls = calls;
    this.objects = objects;
  }

  /** Calls the object that a workload keeps alive. */
  void call(Exchange exchange) {
    exchange.allowQuery("wait_s");
    long wait = exchange.number("wait_s", 0, 0, WorkloadRoutes.WAIT_MAX_S);
    String request = new Fields(exchange.body(), "", "request").requiredText("request");
    answered(
        exchange,
        () ->
            detail(
                objects.call(
                    exchange.actor(),
                    exchange.path("id"),
                    request.getBytes(StandardCharsets.UTF_8),
                    key(exchange),
                    Duration.ofSeconds(wait))));
  }

  /** What names a call that is made under a key, so that making it again is making it once. */
  private static @Nullable String key(Exchange exchange) {
    IdempotencyKey key = exchange.idempotencyKey();
    if (key == null) {
      return null;
    }
    String text = exchange.actor().tokenId() + " " + key.value();
    return HexFormat.of().formatHex(digest(text, key)).substring(0, KEY_CHARS);
  }

  private static byte[] digest(String text, IdempotencyKey key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      return digest.digest(key.bodyHash());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every JDK", e);
    }
  }

  void get(Exchange exchange) {
    exchange.allowQuery("wait_s");
    Duration wait = Duration.ofSeconds(exchange.number("wait_s", 0, 0, WorkloadRoutes.WAIT_MAX_S));
    String id = exchange.path("id");
    answered(
        exchange,
        () ->
            ObjectCalls.isId(id)
                ? detail(objects.await(exchange.actor(), id, wait))
                : detail(calls.await(exchange.actor(), id, wait)));
  }

  /** Asks for its end; of a method that is a workload, it is that one's. */
  void cancel(Exchange exchange) {
    exchange.allowQuery();
    String id = exchange.path("id");
    try {
      exchange.answer(
          202,
          ObjectCalls.isId(id)
              ? detail(objects.cancel(exchange.actor(), id))
              : detail(calls.cancel(exchange.actor(), id)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(Reason.STORE_BUSY, "The server is stopping; ask again.");
    }
  }

  private interface Waiting {
    CallDetail get() throws InterruptedException;
  }

  private static void answered(Exchange exchange, Waiting call) {
    try {
      exchange.answer(200, call.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(Reason.STORE_BUSY, "The server is stopping; ask again.");
    }
  }

  /** It has completed once it is answered, whatever becomes of the object. */
  private static CallDetail detail(ObjectCalls.Called called) {
    Attempt attempt = called.attempt();
    boolean answered = called.answer() != null;
    String state = answered ? "completed" : attempt.state().word();
    return new CallDetail(
        called.id(),
        state,
        answered || attempt.cause() == null ? null : attempt.cause().name(),
        answered ? null : attempt.reason(),
        answered ? null : attempt.exitCode(),
        called.answer());
  }

  private static CallDetail detail(Calls.Called called) {
    Workload workload = called.detail().workload();
    Attempt current = called.detail().current();
    return new CallDetail(
        workload.id(),
        workload.state().word(),
        current.cause() == null ? null : current.cause().name(),
        current.reason(),
        current.exitCode(),
        called.answer());
  }

  void keep(Exchange exchange) {
    exchange.allowQuery();
    String digest = VolumeFileRoutes.sha256(exchange.context().header(VolumeFileRoutes.DIGEST));
    if (digest == null) {
      throw RefusedException.invalid(
          VolumeFileRoutes.DIGEST,
          "A jar is sent with Content-Digest: sha-256=:BASE64: (RFC 9530), under which it is kept.");
    }
    try {
      long size =
          calls.keepJar(exchange.actor(), digest, exchange.context().req().getInputStream());
      exchange.answer(201, new CodeKept(digest, size));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void requireJar(Exchange exchange) {
    exchange.allowQuery();
    calls.requireJar(exchange.actor(), exchange.path("digest"));
    exchange.context().status(200);
  }
}
