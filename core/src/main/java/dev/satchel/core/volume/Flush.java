package dev.satchel.core.volume;

/** Whether what was written into the directory of a volume is on disk. */
public sealed interface Flush {
  /** It is, or there is no such directory. */
  record Done() implements Flush {}

  /** It takes long; whoever asks again has it tried again. */
  record Late() implements Flush {}

  /**
   * It is not, and will not be.
   *
   * @param why the machine's words, without a path
   */
  record Failed(String why) implements Flush {}
}
