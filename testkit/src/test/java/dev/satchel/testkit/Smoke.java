package dev.satchel.testkit;

import dev.satchel.sdk.Satchel;
import dev.satchel.sdk.Secret;
import dev.satchel.sdk.Volume;
import dev.satchel.sdk.Workload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a test of a user's would do, as a program, to be run on any Java. */
public final class Smoke {
  private Smoke() {}

  public static void main(String[] arguments) {
    long begun = System.nanoTime();
    try (SatchelServer server = SatchelServer.start()) {
      long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
      System.out.println("started in " + millis + " ms on " + Runtime.version().feature());
      run(server.client());
    }
    System.out.println("ended");
  }

  static void run(Satchel satchel) {
    Secret token = Secret.create("hf-token", "a-value-to-mask", satchel);
    Volume volume = Volume.create("kept", v -> {}, satchel);
    volume.files().put("x".getBytes(StandardCharsets.UTF_8), "f");
    Workload job =
        satchel.submit(s -> s.command("sh", "-c", "test -n \"$HF_TOKEN\"").secrets(token));
    String state = job.await(Duration.ofMinutes(1)).state();
    if (!state.equals("completed")) {
      throw new IllegalStateException("The job is " + state + ".");
    }
    System.out.println("a job is completed");
  }
}
