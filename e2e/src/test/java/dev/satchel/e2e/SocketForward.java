package dev.satchel.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Reaches a socket of this machine by a port of the loopback, as {@code tcp://} engines are. */
final class SocketForward implements AutoCloseable {
  private final ServerSocketChannel server;
  private final UnixDomainSocketAddress target;

  SocketForward(Path socket) throws IOException {
    this.target = UnixDomainSocketAddress.of(socket);
    this.server = ServerSocketChannel.open();
    server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread _ = Thread.ofVirtual().start(this::accept);
  }

  int port() throws IOException {
    return ((java.net.InetSocketAddress) server.getLocalAddress()).getPort();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel near = server.accept();
        SocketChannel far = SocketChannel.open(StandardProtocolFamily.UNIX);
        boolean _ = far.connect(target);
        Thread _ = Thread.ofVirtual().start(() -> copy(near, far, true));
        Thread _ = Thread.ofVirtual().start(() -> copy(far, near, false));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private static void copy(SocketChannel from, SocketChannel to, boolean more) {
    ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          int _ = to.write(buffer);
        }
        buffer.clear();
      }
      if (more) {
        SocketChannel _ = to.shutdownOutput();
      } else {
        to.close();
        from.close();
      }
    } catch (IOException e) {
      // One of them went.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
