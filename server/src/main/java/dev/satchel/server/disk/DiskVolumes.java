package dev.satchel.server.disk;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.volume.Flush;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeData;
import dev.satchel.core.volume.VolumeDriver;
import dev.satchel.core.volume.VolumeFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volumes as directories of this machine. {@code data} has one for each, by its id, which jobs of
 * any user may write; {@code incoming}, beside it on the same file system, has what is not there
 * yet, and what is being removed.
 */
public final class DiskVolumes implements VolumeDriver {
  private static final Logger LOG = LoggerFactory.getLogger(DiskVolumes.class);
  private static final long GIGABYTE = 1_000_000_000L;
  private static final int DEPTH_MAX = 512;
  private static final int COUNTED_MAX = 1_000_000;

  private final Path root;
  private final Path incoming;
  private final Supplier<String> machine;
  private final Set<String> removing = new HashSet<>();
  private final DiskUsage usage = new DiskUsage(COUNTED_MAX);
  private final DiskDigests digests = new DiskDigests(InstantSource.system());

  /**
   * @param directory only this user's, and on no network file system that several servers share
   * @param machine this one's id
   */
  public DiskVolumes(Path directory, Supplier<String> machine) {
    this.root = directory.resolve("data");
    this.incoming = directory.resolve("incoming");
    this.machine = machine;
    try {
      for (Path each : List.of(directory, root, incoming)) {
        Files.createDirectories(
            each,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      try (Stream<Path> left = Files.list(incoming)) { // By an earlier life.
        left.forEach(each -> removeFromIncoming(each.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String machine() {
    return machine.get();
  }

  @Override
  public void requireRoom(Volume volume) {
    long wanted = (volume.sizeGb() == null ? 0 : volume.sizeGb()) * GIGABYTE;
    try {
      long free = Files.getFileStore(root).getUsableSpace();
      if (free < wanted) {
        throw new RefusedException(
                Reason.MOUNT_FAILED,
                "The volume \""
                    + volume.name()
                    + "\" reserves "
                    + volume.sizeGb()
                    + " GB, and this machine has "
                    + free / GIGABYTE
                    + " GB free. Free some, or make a smaller one.")
            .with("name", volume.name().value());
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public OptionalLong usedBytes(VolumeData data) {
    try {
      long bytes = usage.bytes(data.id(), root.resolve(data.id()));
      return bytes == DiskUsage.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(bytes);
    } catch (IOException e) {
      LOG.warn("volume {} could not be counted: {}", data.id(), e.toString());
      return OptionalLong.empty();
    }
  }

  @Override
  public Path open(VolumeData data, String subdirectory) {
    try {
      Path volume = root(data.id());
      if (subdirectory.isEmpty()) {
        return volume;
      }
      new DiskVolumeFiles(volume, incoming, digests, _ -> {}, () -> {}).make(subdirectory);
      Path inner = volume.resolve(subdirectory);
      if (!inner.toRealPath().equals(volume.toRealPath().resolve(subdirectory))) {
        throw new RefusedException(
            Reason.MOUNT_FAILED,
            "The part "
                + subdirectory
                + " of the volume leads out of it, by a symbolic link; remove that.");
      }
      return inner;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static RefusedException failed(IOException e) {
    return new RefusedException(
        Reason.MOUNT_FAILED, "A volume could not be opened on this machine: " + e + ".");
  }

  private Path root(String volumeId) throws IOException {
    Path volume = root.resolve(volumeId);
    try {
      Files.createDirectory(volume);
      Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxrwxrwx"));
      DiskRuns.sync(root);
    } catch (FileAlreadyExistsException e) {
      // As it is but for the first time.
    }
    return volume;
  }

  @Override
  public Flush flush(String volumeId) {
    return Files.isDirectory(root.resolve(volumeId))
        ? DiskFlush.of(root) // Which no job can close to this server.
        : new Flush.Done(); // It lies elsewhere.
  }

  @Override
  public List<VolumeData> kept() {
    try (Stream<Path> all = Files.list(root)) {
      return all.map(each -> VolumeData.onDisk(String.valueOf(each.getFileName()))).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void remove(VolumeData data) {
    String volumeId = data.id();
    Path taken = incoming.resolve("removed-" + volumeId + "-" + UUID.randomUUID());
    synchronized (removing) {
      try {
        Files.move(root.resolve(volumeId), taken); // At once: nobody sees half of it.
      } catch (NoSuchFileException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      removing.add(volumeId);
    }
    Thread.ofVirtual().name("remove-volume-" + volumeId).start(() -> finish(volumeId, taken));
  }

  private void finish(String volumeId, Path taken) {
    try {
      removeFromIncoming(taken.getFileName());
    } finally {
      synchronized (removing) {
        removing.remove(volumeId);
      }
    }
  }

  @Override
  public boolean isRemoving(VolumeData data) {
    synchronized (removing) {
      return removing.contains(data.id());
    }
  }

  private void removeFromIncoming(Path name) {
    try (OpenDirectory directory = OpenDirectory.of(incoming)) {
      var attributes = directory.attributes(name);
      if (attributes != null && attributes.isDirectory()) {
        directory.removeTree(name, DEPTH_MAX);
      } else if (attributes != null) {
        directory.stream().deleteFile(name);
      }
    } catch (IOException e) { // The next start tries again.
      LOG.warn("what is left of a deleted volume could not be removed: {}", e.toString());
    }
  }

  @Override
  public VolumeFiles files(VolumeData data) {
    String volumeId = data.id();
    try {
      return new DiskVolumeFiles(
          root(volumeId),
          incoming,
          digests,
          bytes -> usage.add(volumeId, bytes),
          () -> usage.forget(volumeId));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
