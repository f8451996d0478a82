package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.api.VolumeItem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that go when they are closed, or when their client dies. */
@TestInstance(Lifecycle.PER_CLASS)
final class EphemeralVolumeTest {
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final String VOLUME =
      """
      {"name":"v","backend":"cloud_bucket","status":"ready","lease_s":2,"geolocation":[],"holders":[]}
      """;
  private static final Duration SOON = Duration.ofSeconds(60);

  private RunningServer server;
  private Satchel satchel;

  @BeforeAll
  void start(@TempDir Path directory) {
    server = new RunningServer(directory);
    satchel = server.client().build();
  }

  @AfterAll
  void stop() {
    satchel.close();
    server.close();
  }

  private boolean isGone(String name) {
    try {
      return satchel.volumes().get(name).status().equals("deleting");
    } catch (NotFound none) {
      return true;
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - begun).as(what).isLessThan(SOON.toNanos());
      RunningServer.pause(50);
    }
  }

  private boolean hasData() {
    try (Stream<Path> data = Files.list(server.data().resolve("volumes/data"))) {
      return data.findAny().isPresent();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void itIsThereWhileItIsOpenAndGoneOnceItIsClosed() throws IOException {
    String name;
    try (EphemeralVolume volume =
        Volume.ephemeral(e -> e.mountPath("/satchel-sdk-job").lease(LEASE), satchel)) {
      name = volume.name();
      assertThat(name).matches("satchel-ephemeral-[a-z2-7]{20}");
      VolumeItem item = satchel.volumes().get(name);
      assertThat(item.leaseS()).isEqualTo(3);
      volume.files().put("in".getBytes(StandardCharsets.UTF_8), "in");
      Workload job =
          satchel.submit(
              s ->
                  s.command("sh", "-c", "cat /satchel-sdk-job/in >/satchel-sdk-job/out")
                      .volumes(volume.volume()));
      assertThat(job.await(SOON).state()).isEqualTo("completed");
      RunningServer.pause(2 * LEASE.toMillis()); // It is renewed meanwhile.
      assertThat(volume.files().read("out")).isEqualTo("in".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(isGone(name)).isTrue();
  }

  @Test
  void itGoesWhenItsClientIsKilled() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            EphemeralHolder.class.getName(),
            server.url());
    builder.environment().clear();
    builder.environment().put("SATCHEL_TOKEN", server.token());
    builder.environment().put("SATCHEL_URL", server.url());
    Process holder = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String name;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
      name = out.readLine();
      assertThat(name).startsWith("held-");
      RunningServer.pause(2 * LEASE.toMillis());
      assertThat(isGone(name)).as("while its client lives").isFalse();
    } finally {
      holder.destroyForcibly(); // As kill -9 does.
      assertThat(holder.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    await("the volume goes", () -> isGone(name));
    await("its data goes", () -> !hasData());
    await("nothing is told of it any more", () -> isForgotten(name));
  }

  private boolean isForgotten(String name) {
    try {
      satchel.volumes().get(name);
      return false;
    } catch (NotFound none) {
      return true;
    }
  }

  @Test
  void aWorkloadThatUsesItKeepsItUntilItsEnd() {
    Workload job;
    String name;
    try (EphemeralVolume volume = Volume.ephemeral(e -> e.lease(LEASE), satchel)) {
      name = volume.name();
      job =
          satchel.submit(
              s ->
                  s.command("sh", "-c", "sleep 7; echo written >/satchel-sdk-e/x")
                      .volumes(volume.mountedAt("/satchel-sdk-e")));
    }
    assertThat(isGone(name)).isFalse();
    assertThat(job.await(SOON).state()).isEqualTo("completed");
    await("the volume goes", () -> isGone(name));
  }

  @Test
  void aRenewalThatHangsDoesNotCostTheLease() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger renewals = new AtomicInteger();
    try (Answering hanging =
            new Answering(
                (exchange, body) -> {
                  if (exchange.getRequestMethod().equals("PUT")
                      && renewals.incrementAndGet() == 1) {
                    awaitEnd(end);
                  }
                  Answering.send(exchange, 200, VOLUME);
                });
        Satchel asking = hanging.client().build();
        EphemeralVolume volume = Volume.ephemeral(e -> e.lease(Duration.ofSeconds(2)), asking)) {
      assertThat(volume.name()).isEqualTo("v");
      await("the next renewal", () -> renewals.get() >= 3);
    } finally {
      end.countDown();
    }
  }

  private static void awaitEnd(CountDownLatch end) {
    try {
      assertThat(end.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatItCannotBeIsRefused() {
    assertThatThrownBy(() -> Volume.ephemeral(e -> e.prefix("no name"), satchel))
        .isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> Volume.ephemeral(e -> e.lease(Duration.ofSeconds(1)), satchel))
        .isInstanceOfSatisfying(Invalid.class, no -> assertThat(no.field()).isEqualTo("lease_s"));
  }
}
