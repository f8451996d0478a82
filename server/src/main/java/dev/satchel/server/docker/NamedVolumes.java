package dev.satchel.server.docker;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.HostMount;
import java.time.Duration;

/** The volumes that an engine keeps itself, on its own machine, by their names. */
final class NamedVolumes {
  private static final Duration ANSWER = Duration.ofMinutes(1);

  private final Names names;

  NamedVolumes(Names names) {
    this.names = names;
  }

  /**
   * Removes what other workloads left there with a volume that an attempt is to have: they have
   * ended as far as anybody knows, or it would not be this one's. What a host ran that was declared
   * lost runs on.
   */
  void release(ContainerCli cli, HostMount mount, AttemptId attempt) {
    ContainerCli.Answer listed =
        cli.run(
            ANSWER,
            "ps",
            "--all",
            "--filter",
            names.filter(),
            "--filter",
            "volume=" + Names.volume(mount.workspace(), mount.volumeId()),
            "--format",
            "{{.Names}}");
    for (String name : listed.out().lines().toList()) {
      boolean left =
          names.attempt(name).filter(it -> !it.workload().equals(attempt.workload())).isPresent();
      if (left && !cli.run(ANSWER, "rm", "--force", name).succeeded()) {
        throw new RefusedException(
            Reason.MOUNT_FAILED,
            "The container " + name + " has the volume yet, and could not be removed; remove it.");
      }
    }
  }

  /**
   * Makes the volume of a mount where it is not there.
   *
   * @return whether it was made
   */
  boolean ensure(ContainerCli cli, HostMount mount) {
    String name = Names.volume(mount.workspace(), mount.volumeId());
    if (isThere(cli, name)) {
      return false;
    }
    ContainerCli.Answer made =
        cli.run(
            ANSWER,
            "volume",
            "create",
            "--label",
            Names.INSTALLATION + "=" + names.installation(),
            "--label",
            Names.VOLUME + "=" + mount.volumeId(),
            name);
    if (!made.succeeded()) {
      throw failed("could not be made", name, made);
    }
    return true;
  }

  private static boolean isThere(ContainerCli cli, String name) {
    return cli.run(ANSWER, "volume", "inspect", name).succeeded();
  }

  /**
   * Lets every user of a container write into a volume that was just made, as into any other of
   * Satchel's: the container is not started yet, and need not have a shell. At a place whose name
   * is too long for this, root alone may write.
   */
  void open(ContainerCli cli, String container, HostMount mount) {
    int last = mount.path().lastIndexOf('/');
    String parent = last == 0 ? "/" : mount.path().substring(0, last);
    String name = mount.path().substring(last + 1);
    if (!TarFiles.carries(name)) {
      return;
    }
    byte[] tar = TarFiles.openDirectory(name);
    ContainerCli.Answer opened = cli.runWith(ANSWER, tar, "cp", "-", container + ":" + parent);
    if (!opened.succeeded()) {
      throw failed("could not be opened to its users", mount.path(), opened);
    }
  }

  /** Removes a volume; false where a container has it yet. */
  boolean remove(ContainerCli cli, String workspace, String volumeId) {
    String name = Names.volume(workspace, volumeId);
    return cli.run(ANSWER, "volume", "rm", name).succeeded() || !isThere(cli, name);
  }

  private static RefusedException failed(String what, String volume, ContainerCli.Answer answer) {
    return new RefusedException(
        Reason.MOUNT_FAILED,
        "The volume "
            + volume
            + " "
            + what
            + " on its host: "
            + Words.shortened(answer.err().strip()));
  }
}
