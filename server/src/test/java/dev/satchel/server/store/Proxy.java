package dev.satchel.server.store;

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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands between a store and its database, and does to what passes what networks do. */
final class Proxy implements AutoCloseable {
  /** What becomes of the bytes that a client sends. */
  enum Mode {
    PASS,
    /** Nothing passes in either direction, and nobody is told. */
    STALL,
    /** The next commit arrives, and its answer does not: the connection breaks. */
    LOSE_THE_ANSWER,
    /** The connection breaks before the next commit arrives. */
    LOSE_THE_COMMIT
  }

  /** A commit that is prepared and run, and the name that stands for it from then on. */
  private static final Pattern PREPARED = Pattern.compile("(S_\\d+)\0COMMIT\0");

  private final ServerSocket listening;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<Socket> deaf = ConcurrentHashMap.newKeySet(); // They hear no answer any more.
  private final AtomicInteger lost = new AtomicInteger();
  private volatile Mode mode = Mode.PASS;

  Proxy(int port) throws IOException {
    this.port = port;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    var _ = Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  void mode(Mode next) {
    mode = next;
  }

  /** How many commits it was in the way of. */
  int lost() {
    return lost.get();
  }

  /** Breaks every connection that there is. */
  void cut() {
    sockets.forEach(Proxy::close);
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(server);
        var _ = Thread.ofVirtual().start(() -> pass(client, server, true));
        var _ = Thread.ofVirtual().start(() -> pass(server, client, false));
      }
    } catch (IOException e) {
      cut(); // It was closed.
    }
  }

  private void pass(Socket from, Socket to, boolean toServer) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[1 << 16];
      String commit = null;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        while (mode == Mode.STALL) {
          Thread.sleep(20);
        }
        String sent = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
        Matcher prepared = PREPARED.matcher(sent);
        if (prepared.find()) {
          commit = "\0" + prepared.group(1) + "\0";
        }
        if (toServer)
          System.err.println(
              mode + " " + from.getPort() + " " + commit + " " + sent.replaceAll("[^ -~]+", "~"));
        boolean commits = toServer && commit != null && sent.contains(commit);
        if (commits && loses(from, out, buffer, n)) {
          break;
        }
        if (!deaf.contains(to)) {
          out.write(buffer, 0, n);
        }
      }
    } catch (IOException e) {
      close(to); // The other side is gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(from);
      close(to);
    }
  }

  private boolean loses(Socket client, OutputStream out, byte[] buffer, int length)
      throws IOException, InterruptedException {
    Mode now = mode;
    if (now != Mode.LOSE_THE_ANSWER && now != Mode.LOSE_THE_COMMIT) {
      return false;
    }
    mode = Mode.PASS;
    if (now == Mode.LOSE_THE_ANSWER) {
      deaf.add(client);
      out.write(buffer, 0, length);
      Thread.sleep(200); // It is done there by now.
    }
    lost.incrementAndGet();
    return true;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
