package dev.satchel.server.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.KeyPair;
import dev.satchel.core.secret.SecretValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of a service, and what is made of its answers, whichever they are. */
final class BucketLookupTest {
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> askedElsewhere = new CopyOnWriteArrayList<>();
  private final BucketLookup lookup = new BucketLookup(new S3Client(InstantSource.system()));
  private volatile int status = 200;
  private volatile String answer = "";
  private HttpServer service;
  private HttpServer elsewhere;

  @BeforeEach
  void start() throws IOException {
    elsewhere = server();
    elsewhere.createContext("/", exchange -> answer(exchange, askedElsewhere, 200, listing("a")));
    elsewhere.start();
    service = server();
    service.createContext("/", exchange -> answer(exchange, asked, status, answer));
    service.start();
  }

  @AfterEach
  void stop() {
    service.stop(0);
    elsewhere.stop(0);
  }

  @Test
  void oneNameIsAskedFor_andAnswersAreToTheLetter() throws IOException {
    answer = listing("a/b &amp; ü+%");
    assertThat(lacks("a/b & ü+%")).isFalse();
    assertThat(asked).singleElement().asString().contains("max-keys=1&", "prefix=a/b & ü+%");
    answer = listing("a/b &amp; ü+% and more");
    assertThat(lacks("a/b & ü+%")).isTrue();
    answer = "<ListBucketResult></ListBucketResult>";
    assertThat(lacks("a")).isTrue();
  }

  @Test
  void whatIsNoAnswerToThisIsNone() {
    for (String no :
        List.of("", "<html/>", "<ListBucketResult>", listing("b"), "<ListBucketResult><Key>a")) {
      answer = no;
      assertThatThrownBy(() -> lacks("a")).as(no).isInstanceOf(IOException.class);
    }
    answer = "<ListBucketResult></ListBucketResult>";
    status = 403;
    assertThatThrownBy(() -> lacks("a"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("403");
  }

  @Test
  void whatTheMountToolMayHaveUnderAnotherNameIsNotAskedFor() throws IOException {
    for (String name : List.of("a\u2024\uFF0E", "\u201Ba", "\u2400", "x\u0007", "\uFF0F")) {
      assertThat(lacks(name)).isFalse();
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void aServiceThatLeadsElsewhereIsNotFollowed() {
    for (int code : List.of(301, 302, 303, 307, 308)) {
      status = code;
      assertThatThrownBy(() -> lacks("a")).isInstanceOf(IOException.class);
      BucketProbe probe = new BucketProbe(InstantSource.system());
      try (KeyPair keys = keys()) {
        assertThatThrownBy(() -> probe.probe(bucket(), keys, true))
            .isInstanceOf(RefusedException.class);
      }
    }
    assertThat(asked).hasSize(10);
    assertThat(askedElsewhere).isEmpty();
  }

  private boolean lacks(String key) throws IOException {
    try (KeyPair keys = keys()) {
      return lookup.lacks(bucket(), Path.of("raw", key), keys);
    }
  }

  private Bucket bucket() {
    String endpoint = "http://127.0.0.1:" + service.getAddress().getPort();
    return new Bucket("raw", endpoint, "us-east-1", "", true);
  }

  private static KeyPair keys() {
    return new KeyPair(SecretValue.ofText("access", "A"), SecretValue.ofText("secret", "S"), "");
  }

  private static String listing(String key) {
    return "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        + "<IsTruncated>true</IsTruncated><Contents><Key>"
        + key
        + "</Key></Contents></ListBucketResult>";
  }

  private static HttpServer server() throws IOException {
    return HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
  }

  private void answer(HttpExchange exchange, List<String> heard, int code, String body)
      throws IOException {
    try (exchange) {
      String query = String.valueOf(exchange.getRequestURI().getRawQuery());
      heard.add(URLDecoder.decode(query, StandardCharsets.UTF_8));
      exchange
          .getResponseHeaders()
          .set("Location", "http://127.0.0.1:" + elsewhere.getAddress().getPort() + "/raw/");
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
