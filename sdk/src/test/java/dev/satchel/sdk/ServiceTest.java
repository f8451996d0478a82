package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services, against a real server. */
final class ServiceTest extends AppOnServer {
  ServiceTest() {
    super("shop");
  }

  @BeforeAll
  void keepSecrets() {
    satchel.createSecret("key", Map.of("KEY", "a-value-of-a-service"));
  }

  /** Returns at once: what it began goes on. */
  static void serve() throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          byte[] said = String.valueOf(System.getenv("GREETING")).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, said.length);
          exchange.getResponseBody().write(said);
          exchange.close();
        });
    http.start();
    System.out.println("port " + http.getAddress().getPort() + " with " + System.getenv("KEY"));
  }

  static void fail() {
    throw new IllegalStateException("no shop");
  }

  static int port(LogStream logs) {
    try (Stream<String> lines = logs.lines()) {
      String line = lines.filter(each -> each.startsWith("port ")).findFirst().orElseThrow();
      assertThat(line).endsWith(" with ***");
      return Integer.parseInt(line.split(" ", -1)[1]);
    }
  }

  @Test
  void aMethodServesUntilItIsClosed() throws Exception {
    Service declared = app.service(ServiceTest::serve, s -> s.secrets("key").env("GREETING", "hi"));
    String id;
    try (RunningService service = declared.start(s -> s.env("GREETING", "hello"))) {
      id = service.id();
      URI address = URI.create("http://127.0.0.1:" + port(service.logs()) + "/");
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(20)).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("hello");
      assertThat(service.status().state()).isEqualTo("running");
      assertThat(service.status().kind()).isEqualTo("service");
      assertThat(service.status().name()).isEqualTo("shop.serve");
      assertThat(service.ports()).isEmpty();
      assertThat(declared.running(id).status().id()).isEqualTo(id);
    }
    assertThat(satchel.workload(id).status().state()).isEqualTo("terminated");
  }

  @Test
  void aServiceThatEndsByItselfIsStartedAnew(@TempDir Path directory) throws Exception {
    String script = "echo again >>" + directory + "/starts; sleep 0.2";
    Service brief = app.service("brief", s -> s.command("sh", "-c", script));
    try (RunningService service = brief.start()) {
      while (service.status().attempt() < 3) {
        RunningServer.pause(50);
      }
      assertThat(service.status().retries()).isEqualTo(100);
      service.terminate();
      assertThat(service.workload().await(Duration.ofSeconds(60)).state()).isEqualTo("terminated");
    }
    assertThat(directory.resolve("starts")).content().startsWith("again\nagain\n");
    RunningService once = brief.start(s -> s.retries(0));
    var ended = once.workload().await(Duration.ofSeconds(60));
    assertThat(ended.state()).isEqualTo("errored");
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.reason()).contains("It is a service, and ended by itself");
    once.close();
  }

  @Test
  void whatCannotServeSaysWhy() {
    Service failing = app.service(ServiceTest::fail, s -> s.retries(0));
    try (RunningService service = failing.start()) {
      assertThat(service.workload().await(Duration.ofSeconds(60)).state()).isEqualTo("errored");
    } catch (RemoteFailure atOnce) {
      assertThat(atOnce).hasMessageContaining("no shop");
    }
    assertThatThrownBy(() -> app.service("none", s -> s.secrets("none")).start())
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("command");
    assertThatThrownBy(
            () -> app.service("none", s -> s.command("sleep", "9").secrets("none")).start())
        .isInstanceOf(NotFound.class);
    Service slow = app.service("slow", s -> s.command("sleep", "60"));
    assertThatThrownBy(() -> slow.start(s -> {}, Duration.ZERO))
        .isInstanceOf(TimedOut.class)
        .hasMessageContaining("does not run within PT0S");
    Optional<String> left =
        satchel.workloads("running").stream()
            .filter(item -> "shop.slow".equals(item.name()))
            .map(item -> item.id())
            .findFirst();
    left.ifPresent(
        id ->
            assertThat(satchel.workload(id).await(Duration.ofSeconds(60)).state())
                .isEqualTo("terminated"));
  }
}
