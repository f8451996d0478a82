package dev.satchel.cli.http;

import dev.satchel.sdk.discovery.TlsFailure;
import dev.satchel.sdk.discovery.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to one server. Redirects are not followed, so the token goes where it was meant
 * for and nowhere else.
 */
public final class Transport {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration READ = Duration.ofSeconds(60);

  /** The server reads a large file for its digest before it begins. */
  private static final Duration FILE_BEGINS = Duration.ofMinutes(11);

  private static final int TRIES = 4;
  private static final int CHUNK_BYTES = 64 * 1024;

  static { // A POST is repeated by its idempotency key, not behind our back.
    System.setProperty("sun.net.http.retryPost", "false");
  }

  private final String url;
  private final @Nullable String token;
  private final Consumer<String> trace;
  private final Duration pause;
  private final Trust trust;
  private @Nullable SSLSocketFactory sockets; // Null until it is needed.

  /**
   * @param url without a trailing slash
   * @param token null to send none
   * @param trace takes a line for each request: method, path, status and time, nothing else
   * @param pause before the first repetition; doubled for each further one
   * @param trust whose certificates the server may show
   */
  public Transport(
      String url, @Nullable String token, Consumer<String> trace, Duration pause, Trust trust) {
    this.url = url;
    this.token = token;
    this.trace = trace;
    this.pause = pause;
    this.trust = trust;
  }

  public String url() {
    return url;
  }

  /**
   * Sends and reads the whole answer. A busy server (503) is asked again, and so is one that may
   * have done it, if the request carries an idempotency key.
   *
   * @throws RequestException where the answer is a refusal, or none came
   */
  public Answer send(Request request) {
    return send(request, READ);
  }

  /** As {@link #send(Request)}, where the server may take longer to answer. */
  public Answer send(Request request, Duration read) {
    for (int sent = 1; ; sent++) {
      try {
        return trySend(request, read);
      } catch (RequestException failed) {
        boolean again = failed.status() == 503 || (isUnknown(failed) && request.mayBeRepeated());
        if (!again || sent == TRIES) {
          throw failed;
        }
        pause(sent);
      }
    }
  }

  /** Whether it may have been done: no answer came, or the server itself cannot tell. */
  private static boolean isUnknown(RequestException failed) {
    return (failed.status() == 0 && !failed.untrusted()) || failed.status() == 504;
  }

  /** Sends once and never again, for who asks anew anyway. */
  public Answer trySend(Request request) {
    return trySend(request, READ);
  }

  private Answer trySend(Request request, Duration read) {
    HttpURLConnection connection = opened(request, read);
    try {
      InputStream bytes = connection.getInputStream();
      String body = new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(
          connection.getResponseCode(), body, Instant.ofEpochMilli(connection.getDate()));
    } catch (IOException broken) {
      throw unreachable(broken);
    }
  }

  /**
   * Sends and hands over the answer while it comes. Nothing for a minute is an end, too: who
   * follows asks again from where it stands.
   *
   * @throws RequestException where the answer is a refusal, or none came
   */
  public LogStream follow(Request request) {
    HttpURLConnection connection = opened(request, READ);
    try {
      String attempt = connection.getHeaderField("Satchel-Attempt");
      return new LogStream(
          attempt == null ? 0 : Integer.parseInt(attempt), connection.getInputStream(), connection);
    } catch (IOException broken) {
      throw unreachable(broken);
    }
  }

  /**
   * Starts a command inside an attempt, once and never again, and hands over its frames while they
   * come.
   *
   * @throws RequestException where the answer is a refusal, or none came
   */
  public ExecStream exec(Request request) {
    HttpURLConnection connection = opened(request, READ);
    try {
      return new ExecStream(connection.getInputStream(), connection);
    } catch (IOException broken) {
      throw unreachable(broken);
    }
  }

  /**
   * Sends bytes, once and never again, and waits for as long as it takes until they are taken.
   *
   * @throws RequestException where they are refused, or no answer came
   */
  public void give(Request request, byte[] bytes, int length) {
    long begun = System.nanoTime();
    try {
      HttpURLConnection connection = prepared(request, Duration.ZERO);
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(length);
      connection.setRequestProperty("Content-Type", "application/octet-stream");
      try (OutputStream body = connection.getOutputStream()) {
        body.write(bytes, 0, length);
      }
      int status = connection.getResponseCode();
      traced(request, String.valueOf(status), begun);
      if (status != 200) {
        throw RequestException.refused(status, text(connection.getErrorStream()));
      }
      try (InputStream answer = connection.getInputStream()) {
        answer.readAllBytes();
      }
    } catch (IOException broken) {
      throw unreachable(broken);
    }
  }

  /**
   * Sends a file, once and never again.
   *
   * @throws RequestException where it is refused, or no answer came
   */
  public void sendFile(Request request, Path file) {
    long begun = System.nanoTime();
    try {
      HttpURLConnection connection = prepared(request, READ);
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(Files.size(file));
      connection.setRequestProperty("Content-Type", "application/octet-stream");
      try (OutputStream body = body(connection)) {
        Files.copy(file, body);
      }
      int status = connection.getResponseCode();
      traced(request, String.valueOf(status), begun);
      if (status < 200 || status > 299) {
        throw RequestException.refused(status, text(connection.getErrorStream()));
      }
    } catch (IOException broken) {
      traced(request, "no answer", begun);
      throw unreachable(broken);
    }
  }

  private static OutputStream body(HttpURLConnection connection) throws IOException {
    return new UnstuckOutput(connection.getOutputStream(), READ, connection::disconnect);
  }

  /**
   * Sends what a stream has, once and never again.
   *
   * @param length how much that is; -1 where nobody knows
   * @throws RequestException where it is refused, or no answer came
   */
  public Answer upload(Request request, InputStream bytes, long length) {
    long begun = System.nanoTime();
    try {
      HttpURLConnection connection = prepared(request, Duration.ZERO);
      connection.setDoOutput(true);
      if (length < 0) {
        connection.setChunkedStreamingMode(CHUNK_BYTES);
      } else {
        connection.setFixedLengthStreamingMode(length);
      }
      connection.setRequestProperty("Content-Type", "application/octet-stream");
      try (OutputStream body = body(connection)) {
        bytes.transferTo(body);
      }
      int status = connection.getResponseCode();
      traced(request, String.valueOf(status), begun);
      if (status != 200) {
        throw RequestException.refused(status, text(connection.getErrorStream()));
      }
      return new Answer(
          status, text(connection.getInputStream()), Instant.ofEpochMilli(connection.getDate()));
    } catch (IOException broken) {
      throw unreachable(broken);
    }
  }

  /**
   * Sends and hands over the answer's bytes as they come; the caller closes it. It may take long to
   * begin.
   *
   * @throws RequestException where the answer is a refusal, or none came
   */
  public Download download(Request request) {
    return download(request, FILE_BEGINS, READ);
  }

  /**
   * @param begins within which the answer must begin
   * @param silence how long nothing of it may come, once it has
   */
  Download download(Request request, Duration begins, Duration silence) {
    HttpURLConnection connection = opened(request, begins);
    try {
      return Download.of(connection, silence);
    } catch (IOException broken) {
      throw unreachable(broken);
    }
  }

  private HttpURLConnection opened(Request request, Duration read) {
    long begun = System.nanoTime();
    try {
      HttpURLConnection connection = prepared(request, read);
      if (request.body() != null) {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        try (OutputStream body = connection.getOutputStream()) {
          body.write(request.body().getBytes(StandardCharsets.UTF_8));
        }
      }
      int status = connection.getResponseCode();
      traced(request, String.valueOf(status), begun);
      if (status < 200 || status > 299) {
        throw RequestException.refused(status, text(connection.getErrorStream()));
      }
      return connection;
    } catch (IOException broken) {
      traced(request, "no answer", begun);
      throw unreachable(broken);
    }
  }

  /** The same each time: the JDK keeps connections by it. */
  private synchronized SSLSocketFactory sockets() {
    if (sockets == null) {
      sockets = new LingeringSockets(trust.sockets());
    }
    return sockets;
  }

  private HttpURLConnection prepared(Request request, Duration read) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(url + request.target()).toURL().openConnection();
    if (connection instanceof HttpsURLConnection secure) {
      secure.setSSLSocketFactory(sockets());
    }
    connection.setRequestMethod(request.method());
    connection.setConnectTimeout((int) CONNECT.toMillis());
    connection.setReadTimeout((int) read.toMillis());
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setRequestProperty(
        "Accept", "application/json, application/problem+json, text/plain");
    connection.setRequestProperty("User-Agent", "satchel-cli");
    if (token != null) {
      connection.setRequestProperty("Authorization", "Bearer " + token);
    }
    request.headers().forEach(connection::setRequestProperty);
    return connection;
  }

  private void traced(Request request, String outcome, long begun) {
    long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
    trace.accept(request.method() + " " + request.shown() + " " + outcome + " " + millis + " ms");
  }

  /** What the network said, as one of ours. */
  public RequestException unreachable(IOException broken) {
    TlsFailure.Told untrusted = TlsFailure.of(url, broken);
    if (untrusted != null) {
      return RequestException.untrusted(url, untrusted.reason(), untrusted.remedy());
    }
    String reason =
        switch (broken) {
          case UnknownHostException unknown -> "no such host";
          case ConnectException refused -> "connection refused";
          case SocketTimeoutException late -> "timed out";
          default -> "connection broken";
        };
    return RequestException.unreachable(url, reason);
  }

  private static String text(@Nullable InputStream stream) throws IOException {
    if (stream == null) {
      return "";
    }
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Waits before the n-th repetition, from 1. */
  public void pause(int repetition) {
    try {
      Thread.sleep(pause.multipliedBy(1L << (repetition - 1)));
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    }
  }
}
