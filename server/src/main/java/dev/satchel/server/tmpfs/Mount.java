package dev.satchel.server.tmpfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One mount as this process sees it. Source: proc_pid_mountinfo(5).
 *
 * @param device of the file system, as MAJOR:MINOR
 * @param root what of the file system is shown
 * @param point where
 * @param type such as {@code tmpfs}
 */
public record Mount(String device, Path root, Path point, String type) {
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  /** All there are, in the order in which they were made. */
  public static List<Mount> all() throws IOException {
    List<Mount> mounts = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      String[] fields = line.split(" ", -1);
      int optional = List.of(fields).indexOf("-"); // The type follows fields of any number.
      mounts.add(
          new Mount(
              fields[2],
              Path.of(plain(fields[3])),
              Path.of(plain(fields[4])),
              fields[optional + 1]));
    }
    return mounts;
  }

  /** Where something is mounted at a path or below it. */
  public static List<Path> pointsBelow(Path path) {
    try {
      return all().stream().map(Mount::point).filter(it -> it.startsWith(path)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one through which a real path is seen: of the longest the last, which hides the others. */
  public static @Nullable Mount of(Path real, List<Mount> mounts) {
    Mount found = null;
    for (Mount mount : mounts) {
      if (real.startsWith(mount.point)
          && (found == null || mount.point.getNameCount() >= found.point.getNameCount())) {
        found = mount;
      }
    }
    return found;
  }

  /** Whether what is written at a path stays in memory. */
  public static boolean isTmpfs(Path path) throws IOException {
    Mount mount = of(path.toRealPath(), all());
    return mount != null && mount.type.equals("tmpfs");
  }

  private static String plain(String escaped) {
    return OCTAL
        .matcher(escaped)
        .replaceAll(
            match -> {
              char character = (char) Integer.parseInt(match.group(1), 8);
              return character == '\\' || character == '$' ? "\\" + character : "" + character;
            });
  }
}
