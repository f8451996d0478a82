package dev.satchel.server.ssh;

import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.workload.EngineOutageException;

/** What ssh says when it ends at once, and what is to be done. */
final class SshFailure {
  private SshFailure() {}

  static EngineOutageException of(EngineAddress address, String said) {
    String about = "The host of " + address + " ";
    if (said.contains("Host key verification failed")
        || said.contains("host key")
        || said.contains("HOST IDENTIFICATION")) {
      EngineAddress.Ssh ssh = address.ssh();
      return new HostRefusedException(
          about
              + "proves itself by another key than host_key of its credential: nothing was sent to it."
              + " Where its key was changed on purpose, look at it there and store the credential anew"
              + " (ssh-keyscan"
              + (ssh.port() == 22 ? "" : " -p " + ssh.port())
              + " "
              + ssh.host()
              + " prints it); where it was not, somebody is in between.");
    }
    if (said.contains("Permission denied")) {
      return new HostRefusedException(
          about
              + "does not take the private_key of its credential for the user "
              + address.ssh().user()
              + ": put its public key into authorized_keys there, or store the credential with another.");
    }
    if (said.contains("Load key") || said.contains("invalid format")) {
      return new HostRefusedException(
          about + "is not opened: OpenSSH cannot read the private_key of its credential.");
    }
    return new EngineOutageException(about + "is not opened: " + Ssh.shortened(said));
  }
}
