package dev.satchel.core.credential;

import java.util.Optional;

/** Opens hosts that are reached over SSH, by their address alone. */
public interface HostLogins {
  /**
   * The login of a host: that of the docker credential with this address which was written last.
   * That it is used is recorded for good before it is open; the caller closes it.
   *
   * @return empty where no credential has this address any more
   */
  Optional<HostLogin> openHost(EngineAddress address);

  /** Which login {@link #openHost} would open: another text for each that was written. */
  String hostMark(EngineAddress address);
}
