package dev.satchel.server.process;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a runner wrote of itself once the start was its own.
 *
 * @param startTime of its process, so that a later process of the same id is not taken for it
 * @param launch its directory on tmpfs
 */
record RunnerRecord(String bootId, long pid, long startTime, Path launch) {
  private static final Pattern FORM =
      Pattern.compile("([0-9a-f-]{36}) ([0-9]{1,18}) ([0-9]{1,18}) (/.+)\n", Pattern.DOTALL);

  static @Nullable RunnerRecord parse(String text) {
    var matcher = FORM.matcher(text);
    return matcher.matches()
        ? new RunnerRecord(
            matcher.group(1),
            Long.parseLong(matcher.group(2)),
            Long.parseLong(matcher.group(3)),
            Path.of(matcher.group(4)))
        : null;
  }

  boolean ofThisBoot() {
    return bootId.equals(Machine.bootId());
  }

  boolean alive() {
    return ofThisBoot() && Machine.startTimeOf(pid).equals(OptionalLong.of(startTime));
  }
}
