package dev.satchel.core.credential;

import dev.satchel.core.secret.SecretValue;

/** What opens a host over SSH, in the clear until a tunnel stands. Close overwrites its key. */
public final class HostLogin implements AutoCloseable {
  private final CredentialName credential;
  private final HostKeys hostKeys;
  private final String socket;
  private final SecretValue privateKey;

  /**
   * @param socket where the container engine listens on the host
   * @param privateKey as OpenSSH keeps it, without a passphrase; taken over: closed with this
   */
  public HostLogin(
      CredentialName credential, HostKeys hostKeys, String socket, SecretValue privateKey) {
    this.credential = credential;
    this.hostKeys = hostKeys;
    this.socket = socket;
    this.privateKey = privateKey;
  }

  /** Whose login it is. */
  public CredentialName credential() {
    return credential;
  }

  public HostKeys hostKeys() {
    return hostKeys;
  }

  public String socket() {
    return socket;
  }

  public SecretValue privateKey() {
    return privateKey;
  }

  @Override
  public void close() {
    privateKey.close();
  }

  @Override
  public String toString() {
    return "HostLogin[" + credential + "]";
  }
}
