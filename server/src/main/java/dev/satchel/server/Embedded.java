package dev.satchel.server;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * A server for tests of what uses one: in their JVM, or, by {@link #main}, in one that ends with
 * theirs. It reads no variables, so that only its options count.
 */
public final class Embedded implements AutoCloseable, Supplier<String> {
  private final Server server;

  private Embedded(Server server) {
    this.server = server;
  }

  /**
   * Starts one.
   *
   * @param options as {@code satchel serve} takes them
   */
  public static Embedded start(List<String> options) {
    ServeCommand command = new ServeCommand();
    ServeDefaults.parse(new CommandLine(command), options, Map.of());
    command.check();
    return new Embedded(Server.start(command));
  }

  /** Starts one, says where, and ends it once nobody holds its standard input open any more. */
  public static void main(String[] options) throws IOException {
    try (Embedded server = start(List.of(options))) {
      System.out.println("ready " + server.get());
      System.out.flush();
      System.in.transferTo(OutputStream.nullOutputStream());
    }
    System.exit(0);
  }

  /** Its URL. */
  @Override
  public String get() {
    return server.url();
  }

  @Override
  public void close() {
    server.close();
  }
}
