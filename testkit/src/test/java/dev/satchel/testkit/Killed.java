package dev.satchel.testkit;

import java.util.concurrent.CountDownLatch;

/** A test that starts a server beside it, says where, and is killed. */
public final class Killed {
  private Killed() {}

  public static void main(String[] arguments) throws InterruptedException {
    SatchelServer server = SatchelServer.builder().inAProcessOfItsOwn().start();
    System.out.println(server.url());
    new CountDownLatch(1).await();
  }
}
