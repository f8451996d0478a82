package dev.satchel.examples;

import com.sun.net.httpserver.HttpServer;
import dev.satchel.sdk.App;
import dev.satchel.sdk.CloudBucketMount;
import dev.satchel.sdk.LogStream;
import dev.satchel.sdk.RunningService;
import dev.satchel.sdk.Secret;
import dev.satchel.sdk.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** A web server that shows what is in a bucket, for as long as it is wanted. */
public final class Catalogue {
  private static final Path FILES = Path.of("/satchel-catalogue");

  private Catalogue() {}

  /** Runs elsewhere, and goes on when it has returned. */
  static void serve() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer http = HttpServer.create(any, 0);
    http.createContext(
        "/",
        exchange -> {
          byte[] page = Files.readAllBytes(FILES.resolve("book.txt"));
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    http.start();
    System.out.println("port " + http.getAddress().getPort());
  }

  /**
   * Starts it, asks it once, and ends it.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws Exception {
    Secret id = Secret.set("example-s3-id", System.getenv("AWS_ACCESS_KEY_ID"));
    Secret key = Secret.set("example-s3-key", System.getenv("AWS_SECRET_ACCESS_KEY"));

    CloudBucketMount bucket =
        CloudBucketMount.builder("catalogue", URI.create(System.getenv("S3_ENDPOINT")))
            .accessKeySecret(id)
            .secretKeySecret(key)
            .forcePathStyle(true)
            .readOnly(true)
            .build();
    Service catalogue =
        App.named("shop")
            .service(
                Catalogue::serve,
                s -> s.buckets(bucket.mountedAt("/satchel-catalogue")).retries(5));
    try (RunningService service = catalogue.start()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(service) + "/book.txt"))
              .timeout(Duration.ofMinutes(1))
              .build();
      System.out.print(
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
      System.out.println(service.status().kind() + " " + service.status().state());
    }
    System.out.println("deleted " + id.delete().name() + " and " + key.delete().name());
  }

  private static String port(RunningService service) {
    try (LogStream logs = service.logs();
        Stream<String> lines = logs.lines()) {
      return lines
          .filter(line -> line.startsWith("port "))
          .findFirst()
          .orElseThrow()
          .substring("port ".length());
    }
  }
}
