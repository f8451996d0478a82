package dev.satchel.core.volume;

import dev.satchel.core.RefusedException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What stands behind a volume's name. */
public enum Backend {
  /** A prefix in the server's object store: any number of workloads use it at once. */
  CLOUD_BUCKET,
  /** A directory of one machine: the one on which a workload is first placed with it. */
  VAST_LOCAL;

  /** As users write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a backend's word; INVALID, with those that there are, where there is none such. */
  public static Backend of(String field, String word) {
    return Arrays.stream(values())
        .filter(backend -> backend.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                RefusedException.invalid(
                    field,
                    field
                        + " is not one that there is. The backends are "
                        + Arrays.stream(values())
                            .map(Backend::word)
                            .collect(Collectors.joining(" and "))
                        + "."));
  }
}
