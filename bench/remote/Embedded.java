import dev.satchel.testkit.SatchelServer;

/** Times the start of a server in this JVM, to its first answer: once, and once more. */
final class Embedded {
  public static void main(String[] arguments) {
    for (int i = 0; i < 2; i++) {
      long begun = System.nanoTime();
      try (SatchelServer server = SatchelServer.start()) {
        if (server.client().secrets().list().iterator().hasNext()) {
          throw new AssertionError("it is not fresh");
        }
        System.out.println((System.nanoTime() - begun) / 1e6);
      }
    }
  }
}
