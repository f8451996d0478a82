package dev.satchel.examples;

import dev.satchel.sdk.App;
import dev.satchel.sdk.RemoteCall;
import dev.satchel.sdk.RemoteFailure;
import dev.satchel.sdk.RemoteFunction;
import dev.satchel.sdk.Satchel;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Trains every night: an ordinary method, which runs elsewhere with the secrets that it needs. */
public final class Nightly {
  /** What one training is to do. */
  public record Job(String id, int epochs) {}

  /** What came of it. */
  public record Report(String id, double loss) {}

  private static final App APP = App.named("nightly");

  private static final RemoteFunction<Job, Report> TRAIN =
      APP.function(
          Nightly::train,
          f -> f.secrets("hf").env("LR", "0.5").timeout(Duration.ofMinutes(30)).retries(1));

  private Nightly() {}

  /** Runs in a JVM of its own, wherever the server has it run. */
  public static Report train(Job job) {
    if (job.epochs() == 0) {
      throw new IllegalArgumentException(job.id() + " has no epochs");
    }
    System.out.println("training " + job.id() + " with " + System.getenv("HF_TOKEN"));
    double rate = Double.parseDouble(System.getenv().getOrDefault("LR", "0.1"));
    return new Report(job.id(), Math.pow(rate, job.epochs()));
  }

  /**
   * Trains.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws Exception {
    try (Satchel satchel = Satchel.fromEnvironment()) {
      satchel.createSecret("hf", Map.of("HF_TOKEN", "hf_0123456789"));
    }
    RemoteCall<Report> call = TRAIN.spawn(new Job("a", 3)); // Its id outlives this process.
    System.out.println(call.get());
    try (var logs = call.workload().logs()) {
      logs.lines().forEach(System.out::println);
    }
    System.out.println(TRAIN.map(List.of(new Job("b", 1), new Job("c", 2))));
    System.out.println(TRAIN.submit(new Job("d", 1), s -> s.env("LR", "0.25")).get());
    try {
      System.out.println(TRAIN.submit(new Job("e", 0), s -> s.retries(0)).get());
    } catch (RemoteFailure failure) {
      System.out.println(
          failure.thrownMessage() + ", in " + failure.frames().get(0).getMethodName());
    }
  }
}
