package dev.satchel.sdk;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What lies between a client and a server, and breaks when it is told to. */
final class Cable implements AutoCloseable {
  private final ServerSocket listener;
  private final int serverPort;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger answersToLose = new AtomicInteger();
  private final AtomicInteger cuts = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytesUntilCut = new AtomicLong(Long.MAX_VALUE);

  Cable(int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /** Cuts the connection where the next answers would begin: the requests were carried out. */
  void loseAnswers(int count) {
    answersToLose.set(count);
    requests.set(0);
  }

  /** How many requests came since answers were to be lost. */
  int requests() {
    return requests.get();
  }

  /**
   * Cuts each connection once it has brought that many bytes to the client; those of now at once.
   */
  void cutAfter(long bytes) throws IOException {
    bytesUntilCut.set(bytes);
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** How many connections it has cut for the bytes that they had brought. */
  int cuts() {
    return cuts.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        sockets.add(client);
        sockets.add(server);
        Thread.ofVirtual().start(() -> ask(client, server));
        Thread.ofVirtual().start(() -> answer(server, client));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void ask(Socket client, Socket server) {
    try (client;
        server) {
      InputStream in = client.getInputStream();
      OutputStream out = server.getOutputStream();
      byte[] buffer = new byte[16 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (isHead(buffer, read)) {
          requests.incrementAndGet();
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException broken) {
      return;
    }
  }

  private static boolean isHead(byte[] bytes, int length) {
    String begin = new String(bytes, 0, Math.min(length, 8), StandardCharsets.US_ASCII);
    return begin.matches("(?s)(GET|PUT|POST|DELETE) .*");
  }

  private void answer(Socket server, Socket client) {
    try (client;
        server) {
      InputStream in = server.getInputStream();
      OutputStream out = client.getOutputStream();
      byte[] buffer = new byte[1024];
      long left = bytesUntilCut.get();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (answersToLose.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
          return;
        }
        int passed = (int) Math.min(read, left);
        out.write(buffer, 0, passed);
        left -= passed;
        if (left == 0) {
          cuts.incrementAndGet();
          return;
        }
      }
    } catch (IOException broken) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
