package dev.satchel.server.docker;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.EngineOutageException;
import dev.satchel.core.workload.HostMount;
import java.time.Duration;
import java.util.Locale;

/** The volumes that an engine keeps itself, on its own machine, by their names. */
final class NamedVolumes {
  private static final Duration ANSWER = Duration.ofMinutes(1);
  private static final String OPENING = "-opening";
  private static final String OPENED = "satchel-volume";

  private final Names names;

  NamedVolumes(Names names) {
    this.names = names;
  }

  /**
   * Removes what other attempts left there with a volume that this one is to have: they have ended
   * as far as anybody knows, or it would not be this one's. What a host ran that was declared lost
   * runs on.
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
      boolean left = names.attempt(name).filter(it -> !it.equals(attempt)).isPresent();
      if (left && !cli.run(ANSWER, "rm", "--force", name).succeeded()) {
        throw new RefusedException(
            Reason.MOUNT_FAILED,
            "The container " + name + " has the volume yet, and could not be removed; remove it.");
      }
    }
  }

  /**
   * Makes the volume of a mount where it is not there, writable for every user of a container, as
   * any other of Satchel's. As long as there is another of its name and {@code -opening} it is not,
   * for a server or an engine can end meanwhile: then that is done again.
   *
   * @param image one that the engine has
   */
  void ensure(ContainerCli cli, HostMount mount, String image) {
    String name = Names.volume(mount.workspace(), mount.volumeId());
    String opening = name + OPENING;
    if (isThere(cli, name) && !isThere(cli, opening)) {
      return;
    }
    make(cli, opening, mount.volumeId());
    make(cli, name, mount.volumeId());
    open(cli, name, image);
    required(cli.run(ANSWER, "volume", "rm", opening), "could not be opened", name);
  }

  private void make(ContainerCli cli, String name, String volumeId) {
    if (!isThere(cli, name)) {
      String installation = Names.INSTALLATION + "=" + names.installation();
      String volume = Names.VOLUME + "=" + volumeId;
      required(
          cli.run(ANSWER, "volume", "create", "--label", installation, "--label", volume, name),
          "could not be made",
          name);
    }
  }

  /** By a container that is never started, for an image need not have a shell. */
  private static void open(ContainerCli cli, String name, String image) {
    String container = name + OPENING;
    removeContainer(cli, container); // One that was broken off.
    String mount = "type=volume," + CreateCommand.places(name, "/" + OPENED);
    required(
        cli.run(
            ANSWER,
            "create",
            "--name",
            container,
            "--network",
            "none",
            "--mount",
            mount,
            "--",
            image,
            "true"),
        "could not be opened",
        name);
    byte[] tar = TarFiles.openDirectory(OPENED);
    required(
        cli.runWith(ANSWER, tar, "cp", "-", container + ":/"),
        "could not be opened to its users",
        name);
    removeContainer(cli, container);
  }

  private static void removeContainer(ContainerCli cli, String container) {
    var _ = cli.run(ANSWER, "rm", "--force", "--volumes", container);
  }

  private static boolean isThere(ContainerCli cli, String name) {
    ContainerCli.Answer answer = cli.run(ANSWER, "volume", "inspect", name);
    if (answer.succeeded()) {
      return true;
    }
    if (!answer.err().toLowerCase(Locale.ROOT).contains("no such volume")) {
      throw new EngineOutageException(
          "The container engine does not say whether there is the volume "
              + name
              + ": "
              + Words.shortened(answer.err().strip()));
    }
    return false;
  }

  /** Removes a volume; false where a container has it yet. */
  boolean remove(ContainerCli cli, String workspace, String volumeId) {
    String name = Names.volume(workspace, volumeId);
    removeContainer(cli, name + OPENING);
    return isRemoved(cli, name) && isRemoved(cli, name + OPENING);
  }

  private static boolean isRemoved(ContainerCli cli, String name) {
    return cli.run(ANSWER, "volume", "rm", name).succeeded() || !isThere(cli, name);
  }

  private static void required(ContainerCli.Answer answer, String what, String volume) {
    if (!answer.succeeded()) {
      throw failed(what, volume, answer);
    }
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
