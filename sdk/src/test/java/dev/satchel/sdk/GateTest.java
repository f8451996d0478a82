package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How many requests are on their way at once. */
final class GateTest {
  private final Gate gate = new Gate(2);
  private final List<CompletableFuture<Integer>> begun = new ArrayList<>();

  private CompletableFuture<Integer> pass() {
    return gate.pass(
        () -> {
          CompletableFuture<Integer> work = new CompletableFuture<>();
          begun.add(work);
          return work;
        });
  }

  @Test
  void noMoreBeginThanThereIsRoomFor() {
    List<CompletableFuture<Integer>> all = List.of(pass(), pass(), pass());
    assertThat(begun).hasSize(2);
    begun.get(1).complete(7);
    assertThat(all.get(1)).isCompletedWithValue(7);
    assertThat(begun).hasSize(3);
    all.get(0).cancel(true);
    assertThat(begun.get(0)).isCancelled();
    assertThat(gate.isCrowded()).isFalse();
  }

  @Test
  void whatIsCancelledBeforeItsTurnDoesNotBegin_howeverManyItIs() {
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      all.add(pass());
    }
    CompletableFuture<Integer> last = pass();
    all.subList(2, all.size()).forEach(each -> each.cancel(true));
    all.get(0).cancel(true);
    assertThat(begun).hasSize(3);
    begun.get(2).complete(1);
    assertThat(last).isCompletedWithValue(1);
  }
}
