package dev.satchel.sdk;

/**
 * How a command ended, and what it printed. Values of secrets are masked in both outputs.
 *
 * @param exitCode its own; 128 + n where signal n ended it
 * @param stdout as UTF-8
 * @param stderr as UTF-8
 */
public record ExecResult(int exitCode, String stdout, String stderr) {
  @Override
  public String toString() { // What it printed may be long, and nobody's business.
    return "ExecResult[exit code " + exitCode + "]";
  }
}
