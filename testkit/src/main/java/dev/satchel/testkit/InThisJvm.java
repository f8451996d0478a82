package dev.satchel.testkit;

import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.function.Supplier;

/** A server in this JVM, which must be one that can load its classes. */
final class InThisJvm implements Running {
  private final AutoCloseable server;

  private InThisJvm(AutoCloseable server) {
    this.server = server;
  }

  /** By reflection: this class is compiled for an older Java than the server is. */
  static InThisJvm start(List<String> options) {
    try {
      Object server =
          Class.forName(ChildProcess.MAIN).getMethod("start", List.class).invoke(null, options);
      return new InThisJvm((AutoCloseable) server);
    } catch (InvocationTargetException failed) {
      throw new IllegalStateException(
          "The server does not start: " + failed.getCause(), failed.getCause());
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException("satchel-server is not on the class path.", missing);
    }
  }

  @Override
  public String url() {
    return String.valueOf(((Supplier<?>) server).get());
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (Exception failed) {
      throw new IllegalStateException("The server does not end: " + failed, failed);
    }
  }
}
