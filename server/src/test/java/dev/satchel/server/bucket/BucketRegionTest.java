package dev.satchel.server.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of, and done with, a service that serves a bucket in one region alone. */
final class BucketRegionTest {
  private static final String SIGNED = "/eu-central-1/s3/aws4_request";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer service;
  private volatile int status = 400;
  private volatile String code = "AuthorizationHeaderMalformed";
  private volatile String header = "eu-central-1";
  private volatile String body = "";

  @BeforeEach
  void start() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    service.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    service.createContext("/", this::answer);
    service.start();
  }

  @AfterEach
  void stop() {
    service.stop(0);
  }

  /** As AWS does to what is signed for another region. */
  private void answer(HttpExchange exchange) throws IOException {
    String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    exchange.getRequestBody().readAllBytes();
    asked.add(authorization);
    if (!header.isEmpty()) {
      exchange.getResponseHeaders().set("x-amz-bucket-region", header);
    }
    boolean right = authorization.contains(SIGNED);
    String answer =
        right ? "<ListBucketResult/>" : "<Error><Code>" + code + "</Code>" + body + "</Error>";
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(right ? 200 : status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String probed(String region) {
    String endpoint = "http://127.0.0.1:" + service.getAddress().getPort();
    try (var keys = BucketContract.keys("AKregion", "SKregion")) {
      return new BucketProbe(InstantSource.system())
          .probe(new Bucket("b0", endpoint, region, "", true), keys, false);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "301, PermanentRedirect",
    "400, AuthorizationHeaderMalformed",
    "400, IllegalLocationConstraintException",
    "307, TemporaryRedirect",
    "301, ''"
  })
  void aWrongRegionIsToldWithTheRightOne(int answered, String with) {
    status = answered;
    code = with;
    assertThatThrownBy(() -> probed("us-west-2"))
        .isInstanceOf(RefusedException.class)
        .hasMessageEndingWith(
            " cannot be mounted: it is in the region eu-central-1, not in us-west-2; say so, or"
                + " leave the region out.");
    assertThat(asked).singleElement().asString().contains("/us-west-2/s3/");
  }

  @Test
  void aServiceThatNamesNoRegionIsToldSo() {
    header = "";
    assertThatThrownBy(() -> probed("us-west-2"))
        .hasMessageContaining("it is in another region, not in us-west-2; say so");
    assertThatThrownBy(() -> probed(Bucket.ANY_REGION))
        .hasMessageContaining("it is in another region, not in us-east-1; say so");
  }

  @Test
  void withoutARegionTheRightOneIsFound() {
    assertThat(probed(Bucket.ANY_REGION)).isEqualTo("eu-central-1");
    assertThat(asked).hasSize(2);
    assertThat(asked.get(0)).contains("/us-east-1/s3/");
    assertThat(asked.get(1)).contains(SIGNED);
  }

  @Test
  void theRegionMayStandInTheAnswerItself() {
    header = "";
    body = "<Message>the region 'us-east-1' is wrong; expecting 'eu-central-1'</Message>";
    assertThat(probed(Bucket.ANY_REGION)).isEqualTo("eu-central-1");
    body = "<Region>eu-central-1</Region>";
    assertThat(probed(Bucket.ANY_REGION)).isEqualTo("eu-central-1");
  }

  /** Not to and fro for ever, where it says that of every region. */
  @Test
  void aRegionThatIsWrongTooEndsTheSearch() {
    header = "eu-north-1";
    assertThatThrownBy(() -> probed(Bucket.ANY_REGION))
        .hasMessageContaining("it is in another region, not in eu-north-1; say so");
    assertThat(asked).hasSize(2);
  }
}
