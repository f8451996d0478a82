package dev.satchel.server.docker;

/** What an engine says where a container does not start, with the next step where one is known. */
final class StartFailure {
  private StartFailure() {}

  static String told(String said) {
    if (said.contains("could not select device driver")) {
      return "this container engine hands out no GPUs; install the NVIDIA container toolkit on its machine. It said: "
          + said;
    }
    if (said.contains("port is already allocated") || said.contains("address already in use")) {
      return "a port that it asks for is taken on the engine's machine. It said: " + said;
    }
    return said;
  }
}
