package dev.satchel.server.docker;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.server.docker.ContainerVariables.Wiped;
import dev.satchel.server.ssh.Ssh;
import dev.satchel.server.ssh.SshTunnel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The secret files of attempts on a host that is reached over SSH: below a directory on its tmpfs
 * that its user alone may enter. They go there as a tar, over the tunnel.
 */
final class RemoteFiles {
  private static final int NO_TMPFS = 9;
  private static final int NO_TAR = 8;

  /**
   * Finds the directory, and makes it where it is not there. What is not tmpfs, or not this user's
   * alone, is passed over. Not a session's own directory, which goes when no session is open.
   */
  private static final String ROOT =
      "umask 077; root=; me=$(id -u);"
          + " for top in /run /dev/shm; do"
          + " place=$top/satchel; [ $top = /run ] || place=$top/satchel-$me;"
          + " [ \"$(stat -f -c %T $top)\" = tmpfs ] || continue;"
          + " [ -e $place ] || mkdir $place || continue;"
          + " [ -d $place ] && [ ! -L $place ] && [ \"$(stat -c %u:%a $place)\" = $me:700 ] || continue;"
          + " root=$place; break; done 2>/dev/null; ";

  private static final String CHECK =
      ROOT
          + "[ -n \"$root\" ] || exit "
          + NO_TMPFS
          + "; command -v tar >/dev/null || exit "
          + NO_TAR;

  /** Arguments: where below the root, and whose the files are to be; empty for everybody's. */
  private static final String WRITE =
      ROOT
          + "[ -n \"$root\" ] || exit "
          + NO_TMPFS
          + "; dir=$root/$1; rm -rf \"$dir\"; mkdir -p \"$dir\" && tar -xof - -C \"$dir\" || exit 7;"
          + " for file in \"$dir\"/*; do"
          + " if [ \"$2\" = \"$me\" ]; then chmod 400 \"$file\";"
          + " elif [ -n \"$2\" ] && [ $me = 0 ]; then chown \"$2:$2\" \"$file\" && chmod 400 \"$file\";"
          + " else chmod 444 \"$file\"; fi || exit 7; done; printf %s \"$dir\"";

  /** From wherever they may have been written; false where anything is left. */
  private static final String REMOVE =
      "me=$(id -u); left=0; for place in /run/satchel /dev/shm/satchel-$me; do"
          + " [ -d $place ] && [ ! -L $place ] && [ \"$(stat -c %u $place)\" = $me ] || continue;"
          + " rm -rf \"$place/$1\"; [ ! -e \"$place/$1\" ] || left=1; done; exit $left";

  private final SshTunnel tunnel;
  private final String below;
  private volatile boolean checked;

  /**
   * @param installation a name that no other server has that uses the same host
   * @param mark of the host's address, for two may be one machine
   */
  RemoteFiles(SshTunnel tunnel, String installation, String mark) {
    this.tunnel = tunnel;
    this.below = installation + "-remote/" + mark;
  }

  /** Why no file can lie there; null where they can. */
  @Nullable String objection() {
    if (checked) {
      return null;
    }
    int code = tunnel.run(CHECK, List.of(), new byte[0]).code();
    checked = code == 0;
    return switch (code) {
      case 0 -> null;
      case NO_TMPFS ->
          "Secret files may only lie on tmpfs, and neither /run/satchel nor /dev/shm/satchel-UID of the"
              + " engine's host is one that its user alone may enter (0700). Make one there, or give"
              + " the entries as variables (--secret NAME:env=KEY).";
      case NO_TAR ->
          "The engine's host has no tar, by which secret files get there. Install it there, or give"
              + " the entries as variables (--secret NAME:env=KEY).";
      default ->
          "Secret files do not get to the engine's host: a command there ended with " + code + ".";
    };
  }

  /**
   * Writes an attempt's files.
   *
   * @param user the number of the container's user; null where it is not known
   * @return by location, where each file's bytes lie on the host
   */
  Map<String, Path> write(
      AttemptId attempt, Map<String, SecretValue> files, @Nullable Integer user) {
    Map<String, SecretValue> sorted = new TreeMap<>(files);
    byte[] tar;
    try (Wiped archive = new Wiped()) {
      tar = TarFiles.of(sorted.values(), archive);
    }
    Ssh.Answer answer;
    try {
      String owner = user == null ? "" : Integer.toString(user);
      answer = tunnel.run(WRITE, List.of(below + "/" + attempt, owner), tar);
    } finally {
      Arrays.fill(tar, (byte) 0);
    }
    if (answer.code() != 0 || !answer.out().startsWith("/")) {
      throw new RefusedException(
          Reason.START_FAILED,
          "The secret files could not be written on the engine's host: "
              + Words.without(files.values(), answer.err()));
    }
    Map<String, Path> places = new TreeMap<>();
    for (String location : sorted.keySet()) {
      places.put(location, Path.of(answer.out(), Integer.toString(places.size())));
    }
    return places;
  }

  /**
   * Removes what {@link #write} wrote. Idempotent.
   *
   * @throws IllegalStateException where it could not, and is to be done again
   */
  void remove(AttemptId attempt) {
    int code = tunnel.run(REMOVE, List.of(below + "/" + attempt), new byte[0]).code();
    if (code != 0) {
      throw new IllegalStateException(
          "the secret files of " + attempt + " are left on the engine's host (" + code + ")");
    }
  }
}
