package dev.satchel.cli.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Makes sockets that can be closed while a write to them is stuck. Without the option the JDK's
 * close waits for the write, to say that it closes.
 */
final class LingeringSockets extends SSLSocketFactory {
  private static final int SECONDS = 1;

  private final SSLSocketFactory sockets;

  LingeringSockets(SSLSocketFactory sockets) {
    this.sockets = sockets;
  }

  private static Socket lingering(Socket socket) throws IOException {
    socket.setSoLinger(true, SECONDS);
    return socket;
  }

  @Override
  public Socket createSocket() throws IOException {
    return lingering(sockets.createSocket());
  }

  @Override
  public Socket createSocket(Socket below, String host, int port, boolean autoClose)
      throws IOException {
    return lingering(sockets.createSocket(below, host, port, autoClose));
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return lingering(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    return lingering(sockets.createSocket(host, port, from, fromPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return lingering(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
      throws IOException {
    return lingering(sockets.createSocket(host, port, from, fromPort));
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return sockets.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return sockets.getSupportedCipherSuites();
  }
}
