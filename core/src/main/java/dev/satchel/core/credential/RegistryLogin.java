package dev.satchel.core.credential;

import dev.satchel.core.secret.SecretValue;

/** A login of a registry, in the clear for one pull. Close overwrites its password. */
public final class RegistryLogin implements AutoCloseable {
  private final CredentialName credential;
  private final RegistryServer server;
  private final String username;
  private final SecretValue password;

  /**
   * @param password taken over: closed with this
   */
  public RegistryLogin(
      CredentialName credential, RegistryServer server, String username, SecretValue password) {
    this.credential = credential;
    this.server = server;
    this.username = username;
    this.password = password;
  }

  /** Whose login it is. */
  public CredentialName credential() {
    return credential;
  }

  public RegistryServer server() {
    return server;
  }

  public String username() {
    return username;
  }

  public SecretValue password() {
    return password;
  }

  @Override
  public void close() {
    password.close();
  }

  @Override
  public String toString() {
    return "RegistryLogin[" + credential + "]";
  }
}
