package dev.satchel.server.docker;

import dev.satchel.core.workload.AttemptId;
import java.util.Optional;

/** How the containers of one installation are told from all others. */
record Names(String installation) {
  static final String INSTALLATION = "dev.satchel.installation";
  static final String ATTEMPT = "dev.satchel.attempt";

  static final String VOLUME = "dev.satchel.volume";

  /** The name by which an engine keeps a volume; its id is in no other's. */
  static String volume(String workspace, String volumeId) {
    return "satchel-" + workspace.replaceAll("[^a-zA-Z0-9_.-]", "-") + "-" + volumeId;
  }

  String of(AttemptId attempt) {
    return prefix() + attempt;
  }

  /** The attempt whose container has this name; empty where it is none of this installation's. */
  Optional<AttemptId> attempt(String name) {
    String bare = name.startsWith("/") ? name.substring(1) : name;
    if (!bare.startsWith(prefix())) {
      return Optional.empty();
    }
    try {
      return Optional.of(AttemptId.parse(bare.substring(prefix().length())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What a list or a stream is to be kept to. */
  String filter() {
    return "label=" + INSTALLATION + "=" + installation;
  }

  private String prefix() {
    return "satchel-" + installation + "-";
  }
}
