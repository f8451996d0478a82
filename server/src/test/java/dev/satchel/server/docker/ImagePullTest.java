package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.RegistryLogin;
import dev.satchel.core.credential.RegistryServer;
import dev.satchel.core.secret.SecretValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said where an image cannot be had, by a registry on the loopback. */
final class ImagePullTest {
  private HttpServer registry;
  private ContainerCli cli;
  private final List<String> told = new ArrayList<>();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private volatile int status = 404;
  private volatile String body = "";

  @BeforeEach
  void open() throws IOException {
    cli = ContainerCli.find(TestDocker.needed().environment()).orElseThrow();
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    registry.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    registry.createContext(
        "/v2/",
        exchange -> {
          boolean ping = exchange.getRequestURI().getPath().equals("/v2/");
          if (!ping && status == 0) {
            await();
          }
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(ping ? 200 : Math.max(status, 404), bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    registry.start();
  }

  @AfterEach
  void close() {
    goOn.countDown();
    registry.stop(0);
  }

  private void await() {
    try {
      boolean _ = goOn.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String image() {
    return "127.0.0.1:" + registry.getAddress().getPort() + "/me/train:9";
  }

  private void assertRefused(String image, String... words) {
    assertThatThrownBy(() -> new ImagePull(cli, image, null).run(told::add))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.IMAGE_PULL);
              assertThat(e.detail()).contains(image).contains(words);
            });
    assertThat(told).first().asString().contains(image, "is being pulled");
  }

  @Test
  void anImageThatIsNotThere() {
    body = "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}";
    assertRefused(image(), "there is no such image", "Check the name and the tag");
  }

  @Test
  void aRegistryThatRepeatsWhatItWasSentDoesNotTellTheLogin() {
    String sent =
        Base64.getEncoder().encodeToString("me:a-password".getBytes(StandardCharsets.UTF_8));
    body =
        "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"you sent a-password as Basic "
            + sent
            + "\"}]}";
    RegistryLogin login =
        new RegistryLogin(
            new CredentialName("mine"),
            RegistryServer.ofImage(image()),
            "me",
            SecretValue.of("a-password".getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(
            () -> new ImagePull(cli, image(), new ImagePull.With(login, Map.of())).run(told::add))
        .hasMessageContaining("you sent […] as Basic […]")
        .message()
        .doesNotContain(sent);
  }

  @Test
  void anImageThatIsDenied() {
    status = 403;
    body = "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"requested access is denied\"}]}";
    assertRefused(image(), "the registry denies it", "--kind registry server=127.0.0.1:");
  }

  @Test
  void aRegistryThatIsNotThere() {
    String image = image();
    registry.stop(0);
    assertRefused(image, "its registry cannot be reached");
  }

  @Test
  void aPullIsGivenUpWhereNobodyWantsItAnyMore() {
    status = 0;
    long begun = System.nanoTime();
    assertThatThrownBy(
            () ->
                new ImagePull(cli, image(), null)
                    .run(
                        progress -> {
                          told.add(progress);
                          if (told.size() > 1) {
                            throw new RefusedException(Reason.ATTEMPT_SUPERSEDED, "No more.");
                          }
                        }))
        .hasMessage("No more.");
    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(10));
  }

  @Test
  void anImageThatLooksLikeAnOptionIsNone() {
    assertThatThrownBy(() -> new ImagePull(cli, "--all-tags", null).run(told::add))
        .hasMessageContaining("could not be pulled");
    assertThat(Path.of("/--all-tags")).doesNotExist();
  }
}
