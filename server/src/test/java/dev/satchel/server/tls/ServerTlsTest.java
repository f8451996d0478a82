package dev.satchel.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.satchel.core.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class ServerTlsTest {
  @TempDir Path directory;

  @Test
  void anExpiryThatComesNearIsToldAgainForAsLongAsNobodyRenews() throws Exception {
    new TestAuthority(directory)
        .openssl("req -x509 -newkey ed25519 -nodes -subj /CN=a -days 5 -keyout a.key -out a.crt");
    Path key = directory.resolve("a.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    Logger log = (Logger) LoggerFactory.getLogger(ServerTls.class);
    told.start();
    log.addAppender(told);
    CertificateFiles files = new CertificateFiles(directory.resolve("a.crt"), key);
    try (ServerTls tls = new ServerTls(files, Duration.ofMillis(20))) {
      tls.watch(() -> {});
      Instant deadline = Instant.now().plusSeconds(20);
      while (times(told) < 3 && Instant.now().isBefore(deadline)) {
        Thread.sleep(10);
      }
      assertThat(times(told)).isGreaterThanOrEqualTo(3);
    } finally {
      log.detachAppender(told);
    }
  }

  private static long times(ListAppender<ILoggingEvent> told) {
    synchronized (told) { // As it does when it adds to its list.
      return told.list.stream()
          .filter(event -> event.getFormattedMessage().contains("expires at"))
          .count();
    }
  }
}
