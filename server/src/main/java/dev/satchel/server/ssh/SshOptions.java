package dev.satchel.server.ssh;

import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.HostLogin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code ssh} is told, which is all that counts: no configuration of anybody's is read, nobody
 * is asked, and no host is believed that is not pinned. Source: ssh(1), ssh_config(5).
 */
final class SshOptions {
  /** The name under which a host's keys stand, whatever its address. */
  static final String ALIAS = "satchel-host";

  private static final int CONNECT_S = 10;

  /** A host that says nothing for three times as long is taken to be away. */
  private static final int ALIVE_S = 5;

  private final Path directory;
  private final EngineAddress.Ssh to;

  /**
   * @param directory of one connection, nobody else's to enter
   */
  SshOptions(Path directory, EngineAddress address) {
    this.directory = directory;
    this.to = address.ssh();
  }

  Path key() {
    return directory.resolve("key");
  }

  Path knownHosts() {
    return directory.resolve("known_hosts");
  }

  /** By which further commands go over the connection. */
  Path control() {
    return directory.resolve("ctl");
  }

  /** Where the engine's socket is on this side. */
  Path socket() {
    return directory.resolve("docker.sock");
  }

  /** Opens the connection, and forwards the engine's socket for as long as it lasts. */
  List<String> open(HostLogin login) {
    List<String> words = common();
    words.addAll(List.of("-N", "-M"));
    option(words, "StrictHostKeyChecking=yes");
    option(words, "UserKnownHostsFile=" + knownHosts());
    option(words, "GlobalKnownHostsFile=/dev/null");
    option(words, "HostKeyAlias=" + ALIAS);
    option(words, "CheckHostIP=no");
    option(words, "UpdateHostKeys=no");
    option(words, "VerifyHostKeyDNS=no");
    option(words, "IdentityFile=" + key());
    option(words, "IdentitiesOnly=yes");
    option(words, "IdentityAgent=none");
    option(words, "PreferredAuthentications=publickey");
    option(words, "ConnectTimeout=" + CONNECT_S);
    option(words, "ServerAliveInterval=" + ALIVE_S);
    option(words, "ServerAliveCountMax=3");
    option(words, "ExitOnForwardFailure=yes");
    option(words, "StreamLocalBindMask=0177");
    words.addAll(List.of("-L", socket() + ":" + login.socket()));
    return addressed(words);
  }

  /** Runs a command over the connection, and opens none where that one is gone. */
  List<String> run(String command) {
    List<String> words = common();
    option(words, "ControlMaster=no");
    option(words, "ProxyCommand=false");
    words = addressed(words);
    words.add(command);
    return words;
  }

  /** Ends the connection, whoever's child it is. */
  List<String> exit() {
    List<String> words = common();
    words.addAll(List.of("-O", "exit"));
    return addressed(words);
  }

  private List<String> common() {
    List<String> words = new ArrayList<>(List.of("ssh", "-F", "none", "-T", "-a", "-x"));
    words.addAll(List.of("-S", control().toString()));
    option(words, "BatchMode=yes");
    option(words, "LogLevel=ERROR");
    return words;
  }

  private List<String> addressed(List<String> words) {
    words.addAll(List.of("-p", Integer.toString(to.port()), "-l", to.user(), "--", to.host()));
    return words;
  }

  private static void option(List<String> words, String option) {
    words.addAll(List.of("-o", option));
  }
}
