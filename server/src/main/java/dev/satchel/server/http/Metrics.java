package dev.satchel.server.http;

import dev.satchel.core.store.Store;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What operators measure. Labels are templates of routes and statuses, never names. */
final class Metrics {
  private record Series(String method, String route, int status) {}

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

  Metrics(Store store) {
    Gauge.builder("satchel.store.failed", store, s -> s.failure().isEmpty() ? 0 : 1)
        .description("1 where nothing can be written now, or until a restart")
        .register(registry);
    Gauge.builder("satchel.store.full", store, s -> s.isFull() ? 1 : 0)
        .description("1 where the last write found no room")
        .register(registry);
    Gauge.builder("satchel.workloads.live", store, s -> s.read(tx -> tx.workloads().liveCount()))
        .description("Workloads that have not ended")
        .register(registry);
    new UptimeMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
  }

  void request(Context context, float milliseconds) {
    Series series =
        new Series(Problems.method(context), Problems.route(context), context.statusCode());
    timers
        .computeIfAbsent(series, this::timer)
        .record((long) (milliseconds * 1e6), TimeUnit.NANOSECONDS);
  }

  void answer(Context context) {
    context.contentType("text/plain; version=0.0.4; charset=utf-8").result(registry.scrape());
  }

  private Timer timer(Series series) {
    return Timer.builder("satchel.http.requests")
        .description("Requests answered")
        .tag("method", series.method())
        .tag("route", series.route())
        .tag("status", Integer.toString(series.status()))
        .register(registry);
  }
}
