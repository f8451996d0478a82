package dev.satchel.server.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Ids of installations that no other run of these tests on this machine has at the same time. */
final class Installations {
  private static final Set<String> USED = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> USED.forEach(Installations::remove)));
  }

  private Installations() {}

  static String unique(String name) {
    String id = name + "-" + ProcessHandle.current().pid();
    USED.add(id);
    return id;
  }

  private static void remove(String id) {
    Path root = new SecretDirectory(id, SecretDirectory.candidates(null)).root();
    try {
      if (root != null) {
        Deletion.ofTree(root.resolve(id));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
