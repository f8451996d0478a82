package dev.satchel.server.http;

import dev.satchel.api.CallDetail;
import dev.satchel.api.CodeKept;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.call.Calls;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** The routes of calls of Java methods, and of the jars that they run. */
final class CallRoutes {
  private final Calls calls;

  CallRoutes(Calls calls) {
    this.calls = calls;
  }

  void get(Exchange exchange) {
    exchange.allowQuery("wait_s");
    long wait = exchange.number("wait_s", 0, 0, WorkloadRoutes.WAIT_MAX_S);
    try {
      Calls.Called called =
          calls.await(exchange.actor(), exchange.path("id"), Duration.ofSeconds(wait));
      exchange.answer(200, detail(called));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(Reason.STORE_BUSY, "The server is stopping; ask again.");
    }
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
