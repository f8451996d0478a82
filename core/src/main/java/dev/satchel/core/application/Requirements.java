package dev.satchel.core.application;

/** What a client said of the code that it pushed, as it can be read. */
public interface Requirements {
  /** The text at a path of names; empty where there is none. */
  String text(String... path);

  /** Reads what was kept of them: a JSON object. */
  interface Reader {
    Requirements read(String requirements);
  }
}
