package dev.satchel.core.volume;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Volumes each where it lies: those that any machine may have in the server's object store, where
 * it has one, those that another machine has on that one, all others on the server's disk. What
 * lies in another object store stays as it is.
 */
public final class PlacedVolumes implements VolumeDriver {
  private final VolumeDriver disk;
  private final @Nullable ObjectStore objects; // Null where the server has none.
  private final @Nullable HostVolumes hosts; // The same.

  public PlacedVolumes(VolumeDriver disk, @Nullable ObjectStore objects) {
    this(disk, objects, null);
  }

  /**
   * @param hosts null where there are no other machines than the server's
   */
  public PlacedVolumes(
      VolumeDriver disk, @Nullable ObjectStore objects, @Nullable HostVolumes hosts) {
    this.disk = disk;
    this.objects = objects;
    this.hosts = hosts;
  }

  @Override
  public Optional<HostVolumes.Where> whereIs(String machine) {
    return hosts == null ? Optional.empty() : hosts.whereIs(machine);
  }

  /** Whoever has the data of a volume that another machine has; null where none has. */
  private @Nullable HostVolumes hostOf(VolumeData data) {
    VolumeHome home = data.home();
    return home == null || home.machine().equals(machine()) ? null : hosts;
  }

  @Override
  public String machine() {
    return disk.machine();
  }

  @Override
  public StorePlace storeFor(Backend backend) {
    return objects == null || backend != Backend.CLOUD_BUCKET ? StorePlace.DISK : objects.place();
  }

  @Override
  public boolean reaches(VolumeData data) {
    return data.isOnDisk() || (objects != null && objects.keeps(data.store()));
  }

  private ObjectStore objects(VolumeData data) {
    if (objects == null || !objects.keeps(data.store())) {
      throw new IllegalStateException("the volume lies in another object store");
    }
    return objects;
  }

  @Override
  public void requireRoom(Volume volume) {
    if (volume.data().isOnDisk()) {
      disk.requireRoom(volume);
    }
  }

  @Override
  public OptionalLong usedBytes(VolumeData data) {
    return data.isOnDisk() ? disk.usedBytes(data) : objects(data).usedBytes(data.id());
  }

  @Override
  public Path open(VolumeData data, String subdirectory) {
    if (!data.isOnDisk()) {
      throw new IllegalStateException("what lies in an object store is mounted");
    }
    return disk.open(data, subdirectory);
  }

  @Override
  public Flush flush(String volumeId) {
    return disk.flush(volumeId);
  }

  @Override
  public List<VolumeData> kept() {
    return disk.kept();
  }

  @Override
  public void remove(VolumeData data) {
    HostVolumes host = hostOf(data);
    if (host != null) {
      host.remove(data);
      disk.remove(data); // The machine may be this one, by the name that it had before.
    } else if (data.isOnDisk()) {
      disk.remove(data);
    } else if (reaches(data)) {
      objects(data).remove(data.id());
    }
  }

  @Override
  public boolean isRemoving(VolumeData data) {
    HostVolumes host = hostOf(data);
    if (host != null) {
      return host.isRemoving(data);
    }
    return data.isOnDisk()
        ? disk.isRemoving(data)
        : !reaches(data) || objects(data).isRemoving(data.id());
  }

  @Override
  public VolumeFiles files(VolumeData data) {
    return data.isOnDisk() ? disk.files(data) : objects(data).files(data.id());
  }
}
