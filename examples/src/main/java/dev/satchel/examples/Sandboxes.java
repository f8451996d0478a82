package dev.satchel.examples;

import dev.satchel.sdk.Exec;
import dev.satchel.sdk.ExecRequest;
import dev.satchel.sdk.ExecResult;
import dev.satchel.sdk.Sandbox;
import dev.satchel.sdk.Satchel;
import dev.satchel.sdk.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Runs commands in a place of their own, with a secret, and carries files there and back. */
public final class Sandboxes {
  private Sandboxes() {}

  /**
   * Counts and sorts.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws IOException {
    Secret token = Secret.set("example-sandbox-token", "the-example-token");
    try (Satchel satchel = Satchel.fromEnvironment();
        Sandbox sandbox =
            satchel
                .app("example")
                .sandbox(s -> s.secrets(token.asEnv("TOKEN")).timeout(Duration.ofMinutes(10)))) {
      sandbox.files().put("b\na\n".getBytes(StandardCharsets.UTF_8), "data/in.txt");
      ExecResult sorted = sandbox.run("sh", "-c", "sort data/in.txt >out.txt; echo with $TOKEN");
      System.out.print(sorted.exitCode() + " " + sorted.stdout());
      System.out.print(new String(sandbox.files().read("out.txt"), StandardCharsets.UTF_8));

      try (Exec exec = sandbox.exec(ExecRequest.of("wc", "-c").withStdin())) {
        try (OutputStream stdin = exec.stdin()) {
          stdin.write(new byte[1000]);
        }
        System.out.println(
            new String(exec.stdout().readAllBytes(), StandardCharsets.UTF_8).strip());
        System.out.println(exec.exitCode(Duration.ofMinutes(1)));
      }
    }
    System.out.println("deleted " + token.delete().name());
  }
}
