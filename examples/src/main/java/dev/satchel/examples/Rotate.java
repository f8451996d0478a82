package dev.satchel.examples;

import dev.satchel.api.SecretDetail;
import dev.satchel.api.WorkloadDetail;
import dev.satchel.sdk.InUse;
import dev.satchel.sdk.Satchel;
import dev.satchel.sdk.Workload;
import java.time.Duration;
import java.util.Map;

/**
 * Rotates a secret under a running job: who runs with the old value, and how it gets the new one.
 */
public final class Rotate {
  private static final String SECRET = "example-rotated";

  private Rotate() {}

  public static void main(String[] arguments) throws InterruptedException {
    try (Satchel satchel = Satchel.fromEnvironment()) {
      satchel.createSecret(SECRET, Map.of("API_KEY", "the-old-key"));
      Workload job = satchel.submit(s -> s.command("sleep", "300").secrets(SECRET));
      awaitRunning(job);

      satchel.createSecret(SECRET, Map.of("API_KEY", "the-new-key"));
      SecretDetail rotated = satchel.secrets().get(SECRET);
      System.out.println("with the old key: " + rotated.staleWorkloads().size() + " job");

      awaitRunning(job.resubmit());
      System.out.println(
          "after the resubmission: "
              + satchel.secrets().get(SECRET).staleWorkloads().size()
              + " jobs");

      try {
        satchel.deleteSecret(SECRET, false);
      } catch (InUse used) {
        System.out.println("not deleted: " + used.users().size() + " job uses it");
      }
      job.terminate();
      System.out.println("the job is " + job.await(Duration.ofMinutes(1)).state());
      satchel.deleteSecret(SECRET, false);
      System.out.println("deleted");
    }
  }

  private static void awaitRunning(Workload job) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    WorkloadDetail now = job.status();
    while (now.attempt() != job.attempt() || !now.state().equals("running")) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("The job does not run: it is " + now.state() + ".");
      }
      Thread.sleep(50);
      now = job.status();
    }
  }
}
