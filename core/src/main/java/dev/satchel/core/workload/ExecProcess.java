package dev.satchel.core.workload;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A command that an engine runs inside an attempt. Both outputs are read to their ends, by a thread
 * each; nothing of them is kept here.
 */
public interface ExecProcess extends AutoCloseable {
  /** What it is given to read; nothing takes it where the command has none. */
  OutputStream stdin();

  InputStream stdout();

  InputStream stderr();

  /**
   * How it ended: called once both outputs have, and then answered within seconds, save where the
   * command closed them and goes on.
   */
  ExecEnd await() throws InterruptedException;

  /**
   * Ends it, as far as the engine can reach what runs inside the attempt; both outputs end then.
   * Takes seconds at the most. Nothing happens to what has ended.
   */
  @Override
  void close();
}
