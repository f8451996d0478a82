package dev.satchel.core.workload;

import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.CredentialKind;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.store.Store;
import dev.satchel.core.volume.HostVolumes;
import dev.satchel.core.volume.VolumeData;
import dev.satchel.core.volume.VolumeHome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volumes that engines keep on their own machines. Each is removed in a thread of its own, for an
 * engine may take long to answer; nothing of that outlives the server, and whoever remembers what
 * is to be removed asks again.
 */
public final class EngineVolumes implements HostVolumes {
  private static final Logger LOG = LoggerFactory.getLogger(EngineVolumes.class);
  private static final String ENGINE = CredentialKind.DOCKER.word();

  private final Store store;
  private final Engines engines;
  private final Map<String, State> states = new HashMap<>(); // By volume; guarded by this.

  private enum State {
    RUNNING,
    GONE
  }

  public EngineVolumes(Store store, Engines engines) {
    this.store = store;
    this.engines = engines;
  }

  @Override
  public Optional<Where> whereIs(String machine) {
    return engines.all().stream()
        .filter(EngineVolumes::isElsewhere) // Nobody else is asked for the first time by this.
        .flatMap(engine -> whereIs(engine, machine).stream())
        .findFirst();
  }

  private static boolean isElsewhere(Engine engine) {
    EngineAddress address = engine.address();
    return address != null && !address.isOfThisMachine();
  }

  private static Optional<Where> whereIs(Engine engine, String machine) {
    EngineSight sight = engine.sight();
    return isOf(sight, machine)
        ? Optional.of(
            new Where(
                String.valueOf(engine.address()), sight.state() == EngineSight.State.REACHABLE))
        : Optional.empty();
  }

  private static boolean isOf(EngineSight sight, String machine) {
    EngineIdentity identity = sight.identity();
    return identity != null && identity.host().equals(machine);
  }

  @Override
  public synchronized void remove(VolumeData data) {
    VolumeHome home = data.home();
    if (home != null && states.putIfAbsent(data.id(), State.RUNNING) == null) {
      Thread.ofVirtual()
          .name("remove-volume-" + data.id())
          .start(() -> ended(data.id(), isGone(data.id(), home)));
    }
  }

  private synchronized void ended(String volumeId, boolean gone) {
    if (gone) {
      states.put(volumeId, State.GONE);
    } else {
      states.remove(volumeId); // So that the next call begins anew.
    }
  }

  @Override
  public synchronized boolean isRemoving(VolumeData data) {
    return !states.remove(data.id(), State.GONE);
  }

  private boolean isGone(String volumeId, VolumeHome home) {
    List<EngineAddress> addresses = addresses(home.workspace());
    if (addresses.isEmpty()) {
      LOG.warn(
          "The volume {} is forgotten; no credential leads to its machine {}, where its data stays",
          volumeId,
          home.machine());
    }
    return addresses.isEmpty()
        || addresses.stream().anyMatch(address -> isRemoved(address, volumeId, home));
  }

  private boolean isRemoved(EngineAddress address, String volumeId, VolumeHome home) {
    try {
      Engine engine = engines.at(ENGINE, address);
      EngineSight sight = engine.sight();
      return sight.state() == EngineSight.State.REACHABLE
          && isOf(sight, home.machine())
          && engine.removeVolume(home.workspace(), volumeId);
    } catch (EngineOutageException | RefusedException e) {
      LOG.debug("The volume {} cannot be removed from its host now: {}", volumeId, e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("the volume {} could not be removed from its host", volumeId, e);
    }
    return false;
  }

  /** Of the engines on other machines. */
  private List<EngineAddress> addresses(String workspace) {
    return store.read(
        tx ->
            tx.credentials().ofKind(workspace, CredentialKind.DOCKER).stream()
                .map(credential -> new EngineAddress(credential.setting("host")))
                .filter(address -> !address.isOfThisMachine())
                .toList());
  }
}
