package dev.satchel.cli.volume;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A place in a volume.
 *
 * @param path relative; empty for the volume itself
 */
record VolumePath(String volume, String path) {
  private static final Pattern FORM = Pattern.compile("([a-zA-Z][a-zA-Z0-9_-]{0,63}):(.*)");

  /** A slash before and behind is everybody's habit, and means nothing here. */
  static VolumePath of(String volume, String path) {
    return new VolumePath(volume, path.replaceAll("^/+|/+$", ""));
  }

  /** What stands for a place in a volume; empty for a file here. */
  static Optional<VolumePath> parse(String text) {
    var matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(of(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  static String ofVolume(String name) {
    return Paths.VOLUMES + "/" + Request.segment(name);
  }

  /** Where the server has it. */
  String url() {
    String files = ofVolume(volume) + "/files";
    return path.isEmpty()
        ? files
        : files
            + "/"
            + Arrays.stream(path.split("/", -1))
                .map(Request::segment)
                .collect(Collectors.joining("/"));
  }

  VolumePath in(String name) {
    return new VolumePath(volume, path.isEmpty() ? name : path + "/" + name);
  }

  /** Its last name; empty for the volume itself. */
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return volume + ":" + path;
  }
}
