package dev.satchel.examples;

import dev.satchel.api.WorkloadDetail;
import dev.satchel.sdk.DeclaredJob;
import dev.satchel.sdk.NotFound;
import dev.satchel.sdk.Satchel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Runs a job for each of several rates at once, without a thread for each, and sums up. */
public final class Sweep {
  private Sweep() {}

  public static void main(String[] arguments) {
    try (Satchel satchel = Satchel.fromEnvironment()) {
      DeclaredJob train = satchel.declare(s -> s.command("sh", "-c", "test $LR != 0.1"));
      List<CompletableFuture<WorkloadDetail>> ends =
          Stream.of("0.1", "0.01", "0.001")
              .map(
                  rate ->
                      train
                          .submitAsync(s -> s.env("LR", rate))
                          .thenCompose(job -> job.awaitAsync(Duration.ofMinutes(5))))
              .toList();
      for (CompletableFuture<WorkloadDetail> end : ends) {
        WorkloadDetail job = end.join();
        System.out.println(job.env().get("LR") + ": " + job.state());
      }
      try {
        satchel.submit(s -> s.command("true").secrets("example-missing"));
      } catch (NotFound missing) {
        System.out.println("refused at once: there is no secret " + missing.name());
      }
    }
  }
}
