package dev.satchel.server.docker;

import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.HostLogin;
import dev.satchel.core.credential.HostLogins;
import java.util.Optional;

/** Opens no host. */
final class NoLogins implements HostLogins {
  @Override
  public Optional<HostLogin> openHost(EngineAddress address) {
    return Optional.empty();
  }

  @Override
  public String hostMark(EngineAddress address) {
    return "";
  }
}
