package dev.satchel.examples;

import dev.satchel.api.WorkloadDetail;
import dev.satchel.sdk.LogStream;
import dev.satchel.sdk.Satchel;
import dev.satchel.sdk.Workload;
import java.time.Duration;
import java.util.Map;

/** Keeps a secret, runs a job with it, and prints what the job prints, masked. */
public final class Train {
  private Train() {}

  public static void main(String[] arguments) {
    try (Satchel satchel = Satchel.fromEnvironment()) {
      satchel.createSecret("example-hf", Map.of("HF_TOKEN", "hf_example_value"));
      Workload job =
          satchel.submit(
              s ->
                  s.name("example-train")
                      .command("sh", "-c", "echo \"training with $HF_TOKEN at rate $LR\"")
                      .secrets("example-hf")
                      .env("LR", "0.01")
                      .retries(2)
                      .timeout(Duration.ofHours(1)));
      try (LogStream logs = job.logs()) {
        logs.lines().forEach(System.out::println);
      }
      WorkloadDetail end = job.await(Duration.ofMinutes(1));
      System.out.println(end.state() + ", exit code " + end.exitCode());
    }
  }
}
