package dev.satchel.examples;

import dev.satchel.sdk.EphemeralVolume;
import dev.satchel.sdk.LogStream;
import dev.satchel.sdk.Satchel;
import dev.satchel.sdk.Secret;
import dev.satchel.sdk.Transferred;
import dev.satchel.sdk.Volume;
import dev.satchel.sdk.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Gives a job its input in a volume that goes afterwards, and a secret of one value; what it makes
 * stays in a volume of its own, from where it is fetched.
 */
public final class Storage {
  private Storage() {}

  public static void main(String[] arguments) throws IOException {
    Secret token = Secret.set("example-hf-token", "the-example-token");
    Volume models =
        Volume.fromName(
            "example-models", v -> v.createIfMissing().mountPathDefault("/satchel-models"));

    Path here = Files.createTempDirectory("satchel-example");
    Files.createDirectories(here.resolve("in/more"));
    Files.writeString(here.resolve("in/a.txt"), "1\n2\n");
    Files.writeString(here.resolve("in/more/b.txt"), "3\n");

    try (Satchel satchel = Satchel.fromEnvironment();
        EphemeralVolume input =
            Volume.ephemeral(e -> e.prefix("example").mountPath("/satchel-input"))) {
      Transferred sent = input.files().put(here.resolve("in"), "data");
      System.out.println("sent " + sent.files() + " files, " + sent.bytes() + " bytes");

      Workload job =
          satchel.submit(
              s ->
                  s.command(
                          "sh",
                          "-c",
                          "echo with $HF_TOKEN; cat /satchel-input/data/a.txt"
                              + " /satchel-input/data/more/b.txt | wc -l >/satchel-models/lines")
                      .secrets(token.asEnv("HF_TOKEN"))
                      .volumes(input.volume().readOnly(), models.synced()));
      try (LogStream logs = job.logs()) {
        logs.lines().forEach(System.out::println);
      }
      System.out.println(job.await(Duration.ofMinutes(1)).state());
    }

    models.files().get("lines", here.resolve("lines"));
    System.out.println("lines: " + Files.readString(here.resolve("lines")).strip());
    System.out.println("deleted " + models.delete().name() + " and " + token.delete().name());
  }
}
