package dev.satchel.server.process;

import dev.satchel.server.tmpfs.Mount;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What no job may see: the server's directories and files, under every path that leads to them.
 * Mounts come and go, so it is found anew at each start. Source: sysfs(5).
 *
 * @param mounts of this machine
 */
record HiddenPaths(List<Mount> mounts) {
  /** Kernel classes whose character nodes pass commands on to a disk. */
  private static final List<String> DISK_CLASSES =
      List.of("bsg", "mtd", "nvme", "nvme-generic", "raw", "scsi_generic", "ubi");

  private static final int TYPE_MASK = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  private static final Path DEVICES = Path.of("/dev");

  /** Below {@link #DEVICES}, and full of what is no device. */
  private static final Set<Path> MEMORY =
      Set.of(
          Path.of("/dev/shm"),
          Path.of("/dev/mqueue"),
          Path.of("/dev/hugepages"),
          Path.of("/dev/pts"));

  /** As it is now. */
  static HiddenPaths now() throws IOException {
    return new HiddenPaths(Mount.all());
  }

  /** The files themselves, and where other mounts of their file systems show them. */
  Set<Path> of(List<Path> files) throws IOException {
    Set<Path> hidden = new LinkedHashSet<>();
    for (Path file : files) {
      Path real = file.toRealPath();
      hidden.add(real);
      addAliases(real, hidden);
    }
    return hidden;
  }

  private void addAliases(Path real, Set<Path> hidden) throws IOException {
    Mount home = Mount.of(real, mounts);
    if (home == null) {
      return;
    }
    Path inside = home.root().resolve(home.point().relativize(real).toString());
    for (Mount mount : mounts) {
      if (!mount.device().equals(home.device())) {
        continue;
      }
      if (inside.startsWith(mount.root())) {
        Path alias = mount.point().resolve(mount.root().relativize(inside).toString());
        if (!alias.equals(real) && same(alias, real)) {
          hidden.add(alias);
        }
      } else if (mount.root().startsWith(inside) && !mount.point().startsWith(real)) {
        hidden.add(mount.point());
      }
    }
  }

  private static boolean same(Path alias, Path real) throws IOException {
    return Files.exists(alias)
        && Objects.equals(
            Files.readAttributes(alias, "fileKey").get("fileKey"),
            Files.readAttributes(real, "fileKey").get("fileKey"));
  }

  /**
   * Where else than at its own {@code /proc} a job could see other jobs and the server: mounts such
   * as a chroot has.
   */
  List<Path> otherProcessDirectories() {
    return mounts.stream()
        .filter(mount -> mount.type().equals("proc") && !mount.point().startsWith("/proc"))
        .filter(mount -> mount.equals(Mount.of(mount.point(), mounts))) // Else another covers it.
        .map(Mount::point)
        .filter(Files::isDirectory)
        .toList();
  }

  /**
   * Nodes through which a job without a capability could read a disk: root's own, and that of
   * whoever is in the disks' group.
   */
  static List<Path> diskNodes() throws IOException {
    Set<Path> nodes = new LinkedHashSet<>(blockNodesBelow(DEVICES));
    for (String kernelClass : DISK_CLASSES) {
      Path directory = Path.of("/sys/class", kernelClass);
      if (!Files.isDirectory(directory)) {
        continue;
      }
      try (DirectoryStream<Path> devices = Files.newDirectoryStream(directory)) {
        for (Path device : devices) {
          Path node = nodeOf(device);
          if (Files.exists(node) && !Files.isDirectory(node)) {
            nodes.add(node);
          }
        }
      }
    }
    return List.copyOf(nodes);
  }

  /** Asks the files themselves: a node of device mapper may be in no directory of its class. */
  private static List<Path> blockNodesBelow(Path directory) throws IOException {
    List<Path> nodes = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        int mode = (Integer) Files.getAttribute(entry, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & TYPE_MASK) == BLOCK_DEVICE) {
          nodes.add(entry);
        } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) && !MEMORY.contains(entry)) {
          nodes.addAll(blockNodesBelow(entry));
        }
      }
    } catch (NoSuchFileException e) {
      return nodes; // It was just taken away.
    }
    return nodes;
  }

  private static Path nodeOf(Path device) throws IOException {
    Path uevent = device.resolve("uevent");
    if (Files.isReadable(uevent)) {
      for (String line : Files.readAllLines(uevent)) {
        if (line.startsWith("DEVNAME=")) {
          return DEVICES.resolve(line.substring("DEVNAME=".length()));
        }
      }
    }
    return DEVICES.resolve(String.valueOf(device.getFileName()));
  }
}
