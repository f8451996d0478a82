package dev.satchel.sdk;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A program that opens an ephemeral volume, says its name, and stays until it is ended. */
public final class EphemeralHolder {
  private EphemeralHolder() {}

  /** Takes the server's address; its token is in the environment. */
  public static void main(String[] arguments) throws InterruptedException {
    EphemeralVolume volume =
        Volume.ephemeral(
            e -> e.prefix("held").lease(Duration.ofSeconds(3)), URI.create(arguments[0]));
    volume.files().put("kept".getBytes(StandardCharsets.UTF_8), "x");
    System.out.println(volume.name());
    new CountDownLatch(1).await();
  }
}
