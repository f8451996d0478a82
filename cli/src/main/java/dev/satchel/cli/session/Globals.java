package dev.satchel.cli.session;

import org.jspecify.annotations.Nullable;

/** The options that every command takes, before or after its name. */
public final class Globals {
  private boolean json;
  private boolean quiet;
  private boolean verbose;
  private @Nullable String server;
  private @Nullable String data;
  private @Nullable String authorities;

  public Globals(Form form) {
    form.flag(
            value -> json = value,
            "Print the server's answer as JSON; everything else goes to stderr.",
            "--json")
        .flag(value -> quiet = value, "Print no more than ids or names.", "-q", "--quiet")
        .flag(
            value -> verbose = value,
            "Tell of each request on stderr: method, path, status, time.",
            "-v",
            "--verbose")
        .text(
            value -> server = value, "URL", "The server to talk to (else SATCHEL_URL).", "--server")
        .text(
            value -> data = value,
            "DIR",
            "The data directory of this machine's server (else SATCHEL_DATA, ~/.satchel).",
            "--data")
        .text(
            value -> authorities = value,
            "FILE",
            "The authority of the server's certificate, in PEM (else SATCHEL_CA_CERT).",
            "--ca-cert");
  }

  public boolean json() {
    return json;
  }

  public boolean quiet() {
    return quiet;
  }

  public boolean verbose() {
    return verbose;
  }

  public @Nullable String server() {
    return server;
  }

  public @Nullable String authorities() {
    return authorities;
  }

  public @Nullable String data() {
    return data;
  }
}
