import dev.satchel.sdk.Satchel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

/**
 * Times calls of the SDK beside the same requests by the JDK's client alone, in turns. Prints one
 * line a round: microseconds for a read bare and by the SDK, and for a write bare and by the SDK.
 */
final class Calls {
  private static final String BODY = "{\"values\":{\"A\":\"value-of-a\",\"B\":\"value-of-b\"}}";

  private interface Act {
    void run() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    String token = System.getenv("SATCHEL_TOKEN");
    URI secret = URI.create(System.getenv("SATCHEL_URL") + "/v1/secrets/bench-sdk");
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    try (Satchel satchel = Satchel.fromEnvironment()) {
      Map<String, String> values = Map.of("A", "value-of-a", "B", "value-of-b");
      Act[] acts = {
        () -> client.send(request(secret, token).GET().build(), BodyHandlers.ofString()).body(),
        () -> satchel.secrets().get("bench-sdk"),
        () ->
            client
                .send(
                    request(secret, token).PUT(BodyPublishers.ofString(BODY)).build(),
                    BodyHandlers.ofString())
                .body(),
        () -> satchel.createSecret("bench-sdk", values)
      };
      satchel.createSecret("bench-sdk", values);
      for (int round = -2; round < rounds; round++) { // The first two warm up.
        StringBuilder line = new StringBuilder();
        for (Act act : acts) {
          long begun = System.nanoTime();
          for (int i = 0; i < count; i++) {
            act.run();
          }
          line.append((System.nanoTime() - begun) / 1000.0 / count).append(' ');
        }
        if (round >= 0) {
          System.out.println(line);
        }
      }
    }
  }

  private static HttpRequest.Builder request(URI uri, String token) {
    return HttpRequest.newBuilder(uri)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json");
  }
}
