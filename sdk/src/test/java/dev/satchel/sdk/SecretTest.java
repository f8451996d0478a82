package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.api.EntryItem;
import dev.satchel.api.SecretUseItem;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of a single value, by their handles. */
@TestInstance(Lifecycle.PER_CLASS)
final class SecretTest {
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

  private static String outputOf(Workload job) throws IOException {
    try (LogStream logs = job.logs()) {
      return new String(logs.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aSingleValueIsTheVariableOfItsName() throws IOException {
    Secret made = Secret.create("hf-token_2", "x", satchel);
    assertThat(satchel.secrets().get("hf-token_2").entries())
        .containsExactly(new EntryItem("env", "HF_TOKEN_2"));
    Workload job =
        satchel.submit(
            s ->
                s.command("sh", "-c", "echo $HF_TOKEN_2 $OTHER")
                    .secrets(made, Secret.fromName("hf-token_2").asEnv("OTHER")));
    assertThat(outputOf(job)).isEqualTo("x x\n"); // Too short to be masked.
    assertThat(job.status().secrets())
        .extracting(SecretUseItem::asEnv)
        .containsExactly(null, "OTHER");
  }

  @Test
  void createNeverReplacesAndSetDoes() {
    Secret first = Secret.create("once", "a", satchel);
    assertThatThrownBy(() -> Secret.create("once", "b", satchel)).isInstanceOf(AlreadyExists.class);
    assertThat(satchel.secrets().get("once").revision()).isEqualTo(1);
    assertThat(Secret.set("once", "b", satchel)).isEqualTo(first);
    assertThat(satchel.secrets().get("once").revision()).isEqualTo(2);
    Secret.set("set-first", SecretValue.of("c"), satchel);
    assertThatThrownBy(() -> Secret.create("once", SecretValue.of("d"), satchel))
        .isInstanceOf(AlreadyExists.class);
    assertThat(satchel.secrets().get("set-first").entries())
        .containsExactly(new EntryItem("env", "SET_FIRST"));
    assertThatThrownBy(() -> Secret.create("no name", "d", satchel)).isInstanceOf(Invalid.class);
  }

  @Test
  void setKeepsWhereTheValueGoes() {
    satchel.createSecret("db", Map.of("PASS", "old"));
    Secret.set("db", "new", satchel);
    assertThat(satchel.secrets().get("db").entries()).containsExactly(new EntryItem("env", "PASS"));
    satchel.secrets().put("licence", e -> e.file("solver.lic", new byte[] {1}));
    Secret.set("licence", SecretValue.of(new byte[] {(byte) 0xff}), satchel);
    assertThat(satchel.secrets().get("licence").entries())
        .containsExactly(new EntryItem("file", "solver.lic"));
  }

  @Test
  void setLeavesABundleOfSeveralEntriesAlone() {
    satchel.createSecret("several", Map.of("A", "1", "B", "2"));
    assertThatThrownBy(() -> Secret.set("several", "x", satchel))
        .isInstanceOfSatisfying(
            Incompatible.class,
            no -> {
              assertThat(no.field()).isEqualTo("entries");
              assertThat(no.have()).isEqualTo("2");
              assertThat(no.want()).isEqualTo("1");
            })
        .hasMessageContaining("several")
        .hasMessageContaining("secrets().change");
    assertThat(satchel.secrets().get("several").revision()).isEqualTo(1);
  }

  /** One adds an entry all the time, the other sets: no entry is ever lost. */
  @Test
  void setLosesNothingOfWhoWritesMeanwhile() throws Exception {
    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 10; round++) {
        String name = "race-" + round;
        Secret.create(name, "first", satchel);
        CountDownLatch begin = new CountDownLatch(1);
        Future<?> grown =
            both.submit(
                () -> {
                  begin.await();
                  return satchel.secrets().change(name, c -> c.set("GROWN", "1"));
                });
        AtomicInteger set = new AtomicInteger();
        Future<?> setter =
            both.submit(
                () -> {
                  begin.countDown();
                  try {
                    for (int i = 0; i < 10; i++) {
                      Secret.set(name, "again", satchel);
                      set.incrementAndGet();
                    }
                  } catch (Incompatible several) {
                    assertThat(several.have()).isEqualTo("2");
                  }
                });
        grown.get();
        setter.get();
        assertThat(satchel.secrets().get(name).entries())
            .as("after %s sets", set)
            .extracting(EntryItem::location)
            .contains("GROWN");
      }
    }
  }

  @Test
  void manyWhoSetAtOnceAllSucceed() throws Exception {
    try (ExecutorService all = Executors.newFixedThreadPool(4)) {
      for (Future<?> each :
          IntStream.range(0, 4)
              .mapToObj(i -> all.submit(() -> Secret.set("popular", "v" + i, satchel)))
              .toList()) {
        each.get();
      }
    }
    assertThat(satchel.secrets().get("popular").revision()).isEqualTo(4);
  }

  @Test
  void handlesAreListedAndDeletedByWhomTheyCameFrom() {
    Secret.create("listed", "a", satchel);
    Secret listed =
        Secret.list(satchel).stream()
            .filter(secret -> secret.name().equals("listed"))
            .findAny()
            .orElseThrow();
    SecretResponse gone = listed.delete();
    assertThat(gone.name()).isEqualTo("listed");
    assertThat(gone.revision()).isEqualTo(1);
    assertThat(gone.id()).isNotEmpty();
    assertThatThrownBy(listed::delete)
        .isInstanceOfSatisfying(NotFound.class, no -> assertThat(no.name()).isEqualTo("listed"));
  }

  @Test
  void aSecretInUseIsNotDeleted() {
    Secret used = Secret.create("used", "a", satchel);
    Workload job = satchel.submit(s -> s.command("sleep", "60").secrets(used));
    assertThatThrownBy(used::delete)
        .isInstanceOfSatisfying(
            InUse.class, no -> assertThat(no.users()).containsExactly(job.id()));
    job.terminate();
  }

  @Test
  void aHandleAsksNobodyUntilItMust() {
    Secret handle = Secret.fromName("any name at all").asEnv("X");
    assertThat(handle.name()).isEqualTo("any name at all");
    assertThat(handle).hasToString("Secret[any name at all as X]");
    assertThat(handle).isNotEqualTo(Secret.fromName("any name at all"));
    URI nobody = URI.create("http://127.0.0.1:1/");
    assertThatThrownBy(() -> handle.delete(nobody)).isInstanceOf(SatchelException.class);
    assertThatThrownBy(() -> Secret.create("a", SecretValue.of("b"), nobody))
        .isInstanceOf(SatchelException.class);
    assertThatThrownBy(() -> Secret.set("a", SecretValue.of("b"), nobody))
        .isInstanceOf(SatchelException.class);
  }
}
