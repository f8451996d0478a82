package dev.satchel.server.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS 1.2 and 1.3 with the certificate of two files, which are looked at every few seconds. A pair
 * that is new and sound serves every connection from then on; those that are open stay. One that is
 * not leaves everything as it was.
 */
public final class ServerTls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final String IN_MEMORY = "in memory"; // The key store never leaves it.

  private final CertificateFiles files;
  private final SslContextFactory.Server factory = new SslContextFactory.Server();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("tls-files").factory());
  private final long warnEvery; // In milliseconds.
  private volatile ServerIdentity identity;
  private String seen; // At the last look: a digest, or why there is none.
  private String judged; // What was taken up or refused.

  /**
   * Reads the files.
   *
   * @throws IllegalStateException where they cannot serve
   */
  public ServerTls(CertificateFiles files) {
    this(files, Duration.ofDays(1));
  }

  /**
   * @param warnEvery how often it is told that the certificate expires soon
   */
  ServerTls(CertificateFiles files, Duration warnEvery) {
    this.files = files;
    this.warnEvery = warnEvery.toMillis();
    CertificateFiles.Content content = files.read();
    this.identity = files.open(content);
    this.seen = content.digest();
    this.judged = seen;
    factory.setIncludeProtocols("TLSv1.2", "TLSv1.3");
    factory.setRenegotiationAllowed(false);
    factory.setKeyManagerPassword(IN_MEMORY);
    factory.setKeyStore(identity.keyStore(IN_MEMORY.toCharArray()));
    warn();
  }

  /** For the connector, and no other. */
  public SslContextFactory.Server factory() {
    return factory;
  }

  /** What serves now. */
  public ServerIdentity identity() {
    return identity;
  }

  /**
   * Looks at the files from now on.
   *
   * @param renewed is run after another certificate was taken up
   */
  public void watch(Runnable renewed) {
    var _ =
        watch.scheduleWithFixedDelay(
            () -> lookSafely(renewed), PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    var _ = watch.scheduleWithFixedDelay(this::warn, warnEvery, warnEvery, TimeUnit.MILLISECONDS);
  }

  private void lookSafely(Runnable renewed) {
    try {
      look(renewed);
    } catch (RuntimeException e) { // The next look is soon.
      LOG.error("the files of the TLS certificate could not be looked at", e);
    }
  }

  /** What differs is judged at the second look: before that it may be half written. */
  private void look(Runnable renewed) {
    CertificateFiles.Content content = null;
    String found;
    try {
      content = files.read();
      found = content.digest();
    } catch (IllegalStateException e) {
      found = String.valueOf(e.getMessage());
    }
    if (!found.equals(seen)) {
      seen = found;
    } else if (!found.equals(judged)) {
      judged = found;
      if (content == null) {
        refuse(found);
      } else {
        take(content, renewed);
      }
    }
  }

  private void take(CertificateFiles.Content content, Runnable renewed) {
    ServerIdentity other;
    try {
      other = files.open(content);
    } catch (IllegalStateException e) {
      refuse(String.valueOf(e.getMessage()));
      return;
    }
    try {
      factory.reload(it -> it.setKeyStore(other.keyStore(IN_MEMORY.toCharArray())));
    } catch (Exception e) { // The interface is so; what it reads was tried before.
      throw new IllegalStateException("the TLS certificate could not be changed", e);
    }
    identity = other;
    LOG.info(
        "took up the renewed TLS certificate of {}, valid until {}",
        files.certificate(),
        other.endsAt());
    warn();
    renewed.run();
  }

  private static void refuse(String why) {
    LOG.warn("the TLS certificate of before stays in use, the new one is not taken up: {}", why);
  }

  private void warn() {
    String warning = identity.warning(Instant.now());
    if (warning != null) {
      LOG.warn("{} ({})", warning, files.certificate());
    }
  }

  /** Looks no more, and waits for the look that may be under way. */
  @Override
  public void close() {
    watch.shutdown();
    try {
      boolean _ = watch.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
