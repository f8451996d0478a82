package dev.satchel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands before a service of the loopback: while it is shut, nothing accepts connections there. */
final class Gate implements AutoCloseable {
  private final int target;
  private final Set<Socket> passing = ConcurrentHashMap.newKeySet();
  private ServerSocket listening;

  Gate(int target) {
    this.target = target;
    this.listening = listening(0);
  }

  private ServerSocket listening(int port) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      Thread _ = Thread.ofVirtual().start(() -> accept(socket));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String endpoint() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  private void accept(ServerSocket socket) {
    try {
      while (true) {
        Socket near = socket.accept();
        Socket far = new Socket(InetAddress.ofLiteral("127.0.0.1"), target);
        passing.add(near);
        passing.add(far);
        Thread _ = Thread.ofVirtual().start(() -> copy(near, far));
        Thread _ = Thread.ofVirtual().start(() -> copy(far, near));
      }
    } catch (IOException e) {
      // It is shut.
    }
  }

  private void copy(Socket from, Socket to) {
    try (from;
        to) {
      long _ = from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One of them went.
    } finally {
      passing.remove(from);
      passing.remove(to);
    }
  }

  /** Also breaks what passes. */
  void shut() {
    try {
      listening.close();
      for (Socket each : passing) {
        each.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void open() {
    listening = listening(listening.getLocalPort());
  }

  @Override
  public void close() {
    shut();
  }
}
