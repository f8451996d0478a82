package dev.satchel.server.ssh;

import dev.satchel.core.workload.EngineOutageException;

/** A host is not opened with what its credential says, and will not be until that is another. */
final class HostRefusedException extends EngineOutageException {
  private static final long serialVersionUID = 1L;

  HostRefusedException(String message) {
    super(message);
  }
}
