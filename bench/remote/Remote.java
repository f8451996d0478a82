import dev.satchel.sdk.RemoteFunction;
import dev.satchel.sdk.RemoteObject;
import dev.satchel.sdk.Satchel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Times calls of methods that run elsewhere. Prints a line for each figure, in milliseconds or per
 * second: {@code warm COUNT} a bare GET of the server and a call of an object that stays, in turns;
 * {@code many COUNT} calls of such an object and of a function, several at once; {@code cold COUNT
 * JAVA…} that command and a call of a function, in turns; {@code ship} the first and the second
 * call of this class path.
 */
final class Remote {
  private static final int AT_ONCE = 16;
  private static final int FUNCTIONS_AT_ONCE = 4;
  private static final Work.Asked ASKED = new Work.Asked("hello", 10);

  private interface Act {
    void run() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    try (Satchel satchel = Satchel.fromEnvironment()) {
      int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
      switch (arguments[0]) {
        case "warm" -> warm(satchel, count);
        case "many" -> many(satchel, count);
        case "cold" -> cold(satchel, count, List.of(arguments).subList(2, arguments.length));
        default -> ship(satchel);
      }
    }
  }

  private static double milliseconds(Act act) throws Exception {
    long begun = System.nanoTime();
    act.run();
    return (System.nanoTime() - begun) / 1e6;
  }

  private static void require(Work.Answered answered) {
    if (answered.sum() != 55) {
      throw new AssertionError(answered.toString());
    }
  }

  private static RemoteFunction<Work.Asked, Work.Answered> function(Satchel satchel) {
    return satchel.app("bench").function(Work.METHOD);
  }

  private static void warm(Satchel satchel, int count) throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest get =
        HttpRequest.newBuilder(URI.create(System.getenv("SATCHEL_URL") + "/healthz")).build();
    try (RemoteObject<Work.Kept> kept = satchel.app("bench").cls(Work.Kept.class).start()) {
      for (int i = -4 * count; i < count; i++) { // The first warm up.
        double bare = milliseconds(() -> client.send(get, BodyHandlers.ofString()).body());
        double call = milliseconds(() -> require(kept.call(Work.Kept::work, ASKED)));
        if (i >= 0) {
          System.out.println(bare + " " + call);
        }
      }
    }
  }

  private static void many(Satchel satchel, int count) throws Exception {
    try (RemoteObject<Work.Kept> kept = satchel.app("bench").cls(Work.Kept.class).start()) {
      double rate = 0;
      for (int round = 0; round < 3; round++) { // The first two warm up.
        rate = several(AT_ONCE, count, () -> kept.callAsync(Work.Kept::work, ASKED));
      }
      System.out.println(rate);
    }
    RemoteFunction<Work.Asked, Work.Answered> function = function(satchel);
    require(function.remote(ASKED));
    System.out.println(
        several(
            FUNCTIONS_AT_ONCE,
            count / 20,
            () -> function.spawnAsync(ASKED).thenCompose(call -> call.getAsync())));
  }

  private interface Asks {
    CompletableFuture<Work.Answered> ask();
  }

  /** Calls per second, so many of them under way at any time. */
  private static double several(int atOnce, int count, Asks asks) throws Exception {
    long begun = System.nanoTime();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < atOnce; i++) {
      all.add(oneAfterTheOther(asks, count / atOnce));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).get(10, TimeUnit.MINUTES);
    return count / atOnce * atOnce / ((System.nanoTime() - begun) / 1e9);
  }

  private static CompletableFuture<Void> oneAfterTheOther(Asks asks, int left) {
    return left == 0
        ? CompletableFuture.completedFuture(null)
        : asks.ask()
            .thenCompose(
                answered -> {
                  require(answered);
                  return oneAfterTheOther(asks, left - 1);
                });
  }

  private static void cold(Satchel satchel, int count, List<String> command) throws Exception {
    RemoteFunction<Work.Asked, Work.Answered> function = function(satchel);
    for (int i = -4 * count; i < count; i++) { // The first send the class path, and warm up.
      double bare = milliseconds(() -> run(command));
      double call = milliseconds(() -> require(function.remote(ASKED)));
      if (i >= 0) {
        System.out.println(bare + " " + call);
      }
    }
  }

  private static void run(List<String> command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError(command.toString());
    }
  }

  private static void ship(Satchel satchel) throws Exception {
    RemoteFunction<Work.Asked, Work.Answered> function = function(satchel);
    for (int i = 0; i < 2; i++) {
      System.out.println(milliseconds(() -> require(function.remote(ASKED))));
    }
  }
}
