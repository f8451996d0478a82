package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.api.AttemptItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that live elsewhere, against a real server. */
final class RemoteObjectTest extends AppOnServer {
  record Text(String words, List<Integer> weights) {}

  /** What lives elsewhere. */
  static class Scorer implements AutoCloseable {
    private String model = "";
    private int calls;

    @Enter
    void load() {
      model = "model with " + System.getenv("HF_TOKEN");
      System.out.println("loaded " + model);
    }

    int score(Text text) {
      calls++;
      return text.words().length() + text.weights().stream().mapToInt(each -> each).sum();
    }

    int calls() {
      return calls;
    }

    int sleep(int milliseconds) throws InterruptedException {
      TimeUnit.MILLISECONDS.sleep(milliseconds);
      return milliseconds;
    }

    String read(String path) throws IOException {
      return Files.readString(Path.of(path));
    }

    String fail(String why) {
      if (calls > 0) {
        throw new IllegalStateException(why);
      }
      return why;
    }

    @Override
    public void close() {
      System.out.println("closed after " + calls);
    }
  }

  static final class Broken {
    @Enter
    void load() {
      if (System.getenv("MODEL") == null) {
        throw new IllegalStateException("no model");
      }
    }

    int run() {
      return 1;
    }
  }

  /** Cannot be made the first time. */
  static final class Late {
    private int attempt;

    @Enter
    void load() throws IOException {
      attempt = Remotely.attempts(System.getenv("PLACE"));
    }

    int attempt() {
      return attempt;
    }
  }

  /** Keeps what it is told in a volume. */
  static final class Keeper {
    String keep(String text) throws IOException {
      return Remotely.keep(text);
    }
  }

  static final class Needy {
    private final int number;

    Needy(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  RemoteObjectTest() {
    super("scores");
  }

  @BeforeAll
  void keepSecrets() {
    satchel.createSecret("hf", Map.of("HF_TOKEN", "hf_1234567890"));
  }

  @Test
  void anObjectIsPreparedOnceCalledOftenAndClosed() throws Exception {
    String id;
    try (RemoteObject<Scorer> scorer = app.cls(Scorer.class, f -> f.secrets("hf")).start()) {
      id = scorer.id();
      assertThat(scorer.call(Scorer::score, new Text("hello", List.of(1, 2)))).isEqualTo(8);
      List<CompletableFuture<Integer>> many = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        many.add(scorer.callAsync(Scorer::score, new Text("x".repeat(i), List.of())));
      }
      for (int i = 0; i < 300; i++) {
        assertThat(many.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(i);
      }
      assertThat(scorer.call(Scorer::calls)).isEqualTo(301);
      assertThatThrownBy(() -> scorer.call(Scorer::fail, "no room"))
          .isInstanceOf(RemoteFailure.class)
          .hasMessage("java.lang.IllegalStateException: no room");
      assertThat(app.cls(Scorer.class).object(id).call(Scorer::calls)).isEqualTo(301);
      assertThat(scorer.workload().status().kind()).isEqualTo("cls");
    }
    assertThat(satchel.workload(id).status().state()).isEqualTo("terminated");
    try (Stream<String> lines = satchel.workload(id).logs().lines()) {
      assertThat(lines).contains("loaded model with ***", "closed after 301");
    }
    assertThatThrownBy(() -> app.cls(Scorer.class).object(id).call(Scorer::calls))
        .isInstanceOf(Conflict.class);
  }

  @Test
  void aCallThatIsSlowIsWaitedForAndOneThatIsCutOffSaysSo() {
    try (RemoteObject<Scorer> scorer = app.cls(Scorer.class).start()) {
      assertThat(scorer.call(Scorer::sleep, 1500)).isEqualTo(1500);
      CompletableFuture<Integer> cut = scorer.callAsync(Scorer::sleep, 300_000);
      RunningServer.pause(300);
      assertThat(scorer.workload().terminate().id()).isEqualTo(scorer.id());
      assertThatThrownBy(() -> cut.get(60, TimeUnit.SECONDS)).cause().isInstanceOf(Cancelled.class);
    }
  }

  /** By the same exception the runner sees that a call was withdrawn. */
  @Test
  void aMethodThatMissesAFileSaysSo() {
    try (RemoteObject<Scorer> scorer = app.cls(Scorer.class).start()) {
      RemoteCall<String> call = scorer.spawn(Scorer::read, "/none");
      assertThatThrownBy(() -> call.get(Duration.ofSeconds(60)))
          .isInstanceOf(RemoteFailure.class)
          .hasMessage("java.nio.file.NoSuchFileException: /none");
      assertThat(scorer.call(Scorer::calls)).isZero();
    }
  }

  @Test
  void aCallIsCancelledByItselfAndTheObjectLivesOn() throws Exception {
    try (RemoteObject<Scorer> scorer = app.cls(Scorer.class).start()) {
      RemoteCall<Integer> runs = scorer.spawn(Scorer::sleep, 300_000);
      RemoteCall<Integer> waits = scorer.spawn(Scorer::score, new Text("hello", List.of()));
      RemoteCall<Integer> last = scorer.spawn(Scorer::calls);
      waits.cancel();
      assertThatThrownBy(() -> waits.get(Duration.ofSeconds(60))).isInstanceOf(Cancelled.class);
      runs.cancel();
      assertThatThrownBy(() -> runs.get(Duration.ofSeconds(60))).isInstanceOf(Cancelled.class);
      assertThat(last.get(Duration.ofSeconds(60))).isZero(); // The one that waited never began.
      last.cancel();
      assertThat(last.get()).isZero();

      CompletableFuture<Integer> given = scorer.callAsync(Scorer::sleep, 300_000);
      RunningServer.pause(300);
      assertThat(given.cancel(true)).isTrue();
      Thread caller =
          new Thread(
              () ->
                  assertThatThrownBy(() -> scorer.call(Scorer::sleep, 300_000))
                      .isInstanceOf(Cancelled.class));
      caller.start();
      RunningServer.pause(300);
      caller.interrupt();
      caller.join();
      assertThat(scorer.callAsync(Scorer::calls).get(60, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void answersOutliveTheirObjectAndWhoComesTooLateIsTold() {
    RemoteObject<Scorer> scorer = app.cls(Scorer.class).start();
    RemoteCall<Integer> fetched = scorer.spawn(Scorer::score, new Text("one", List.of()));
    assertThat(fetched.get()).isEqualTo(3);
    RemoteCall<Integer> unfetched = scorer.spawn(Scorer::score, new Text("other", List.of()));
    RemoteCall<String> failed = scorer.spawn(Scorer::fail, "no room");
    assertThat(scorer.call(Scorer::calls)).isEqualTo(2);
    RemoteCall<Integer> cut = scorer.spawn(Scorer::sleep, 300_000);
    scorer.close();
    for (int again = 0; again < 2; again++) {
      assertThat(fetched.get(Duration.ofSeconds(20))).isEqualTo(3);
      assertThat(unfetched.get(Duration.ofSeconds(20))).isEqualTo(5);
    }
    assertThatThrownBy(failed::get)
        .isInstanceOf(RemoteFailure.class)
        .hasMessageContaining("no room");
    assertThatThrownBy(() -> cut.get(Duration.ofSeconds(20))).isInstanceOf(Cancelled.class);
    var never = app.function(Remotely::square).call(scorer.id() + ".1.abcdefghijkl");
    assertThatThrownBy(() -> never.get(Duration.ofSeconds(20)))
        .isInstanceOf(SatchelException.class);
  }

  @Test
  void anAnswerThatNobodyFetchedIsNotEvictedByThoseThatWere() {
    try (RemoteObject<Scorer> scorer = app.cls(Scorer.class).start()) {
      RemoteCall<Integer> first = scorer.spawn(Scorer::score, new Text("first", List.of()));
      List<CompletableFuture<Integer>> many = new ArrayList<>();
      for (int i = 0; i < 1_200; i++) {
        many.add(scorer.callAsync(Scorer::calls));
        if (many.size() >= 100) {
          many.forEach(CompletableFuture::join);
          many.clear();
        }
      }
      assertThat(first.get(Duration.ofSeconds(20))).isEqualTo(5);
    }
  }

  @Test
  void aStartAndAnEndHaveTheirLimits() {
    RemoteClass<Scorer> scorers = app.cls(Scorer.class);
    assertThatThrownBy(() -> scorers.start(s -> s.name("late"), Duration.ZERO))
        .isInstanceOf(TimedOut.class)
        .hasMessageContaining("does not run within PT0S: it is ");
    RemoteObject<Scorer> scorer = scorers.start();
    assertThatThrownBy(() -> scorer.close(Duration.ZERO))
        .isInstanceOf(TimedOut.class)
        .hasMessageContaining("was told to end, and has not within PT0S");
    scorer.close();
    assertThat(satchel.workloads("running").stream())
        .noneMatch(item -> "late".equals(item.name()) && item.state().equals("running"));
  }

  @Test
  void anObjectThatCannotBeMadeSaysWhy() {
    assertThatThrownBy(
            () -> {
              try (RemoteObject<Broken> broken = app.cls(Broken.class).start()) {
                assertThat(broken.call(Broken::run)).isEqualTo(1);
              }
            })
        .isInstanceOf(RemoteFailure.class)
        .hasMessage("java.lang.IllegalStateException: no model");
    assertThatThrownBy(() -> app.cls(Needy.class))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("no constructor without arguments");
    assertThatThrownBy(() -> app.cls(Runnable.class)).isInstanceOf(Invalid.class);
    try (RemoteObject<Scorer> scorer = app.cls(Scorer.class).object("abcdefghijkl")) {
      assertThatThrownBy(() -> scorer.call(s -> 1))
          .isInstanceOf(Invalid.class)
          .hasMessageContaining("Scorer::score");
    } catch (NotFound nothing) { // There was never one to close.
      assertThat(nothing.code()).isEqualTo("WORKLOAD_NOT_FOUND");
    }
  }

  @Test
  void anObjectThatCouldNotBeMadeIsMadeAnewWhereRetriesSaySo(@TempDir Path place) {
    try (RemoteObject<Late> late =
        app.cls(Late.class, f -> f.env("PLACE", place.toString()).retries(1)).start()) {
      assertThat(awaitAnswer(late)).isEqualTo(2);
      assertThat(late.workload().status().attempts())
          .extracting(AttemptItem::state)
          .containsExactly("running", "errored"); // The newest first.
    }
  }

  private static int awaitAnswer(RemoteObject<Late> late) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try {
        return late.call(Late::attempt);
      } catch (RemoteFailure | Conflict notYet) { // Of the attempt that failed, or between them.
        assertThat(System.nanoTime()).as(notYet.getMessage()).isLessThan(deadline);
        RunningServer.pause(50);
      }
    }
  }

  @Test
  void whatAnObjectWritesToAVolumeIsThereAfterIt() {
    Volume volume = Volume.cloud("of-an-object", Remotely.KEPT);
    try (RemoteObject<Keeper> keeper = app.cls(Keeper.class, f -> f.volumes(volume)).start()) {
      assertThat(keeper.call(Keeper::keep, "one,")).isEqualTo("one,");
      assertThat(keeper.call(Keeper::keep, "two")).isEqualTo("one,two");
    }
    assertThat(satchel.volumes().files("of-an-object").read("file"))
        .asString()
        .isEqualTo("one,two");
  }

  @Test
  void anObjectAndItsCallsOutliveTheServer(@TempDir Path directory) throws Exception {
    try (RunningServer other = new RunningServer(directory);
        Satchel client = other.client().build();
        RemoteObject<Scorer> scorer = client.app("night").cls(Scorer.class).start()) {
      assertThat(scorer.call(Scorer::score, new Text("a", List.of()))).isEqualTo(1);
      CompletableFuture<Integer> call = scorer.callAsync(Scorer::sleep, 3000);
      RunningServer.pause(500);
      other.kill();
      other.start();
      assertThat(call.get(60, TimeUnit.SECONDS)).isEqualTo(3000);
      assertThat(scorer.call(Scorer::calls)).isEqualTo(1);
    }
  }
}
