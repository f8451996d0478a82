package dev.satchel.sdk;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** A suite that has a real server of its own, a client of it, and an app. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class AppOnServer {
  RunningServer server;
  Satchel satchel;
  App app;
  private final String name;

  AppOnServer(String name) {
    this.name = name;
  }

  /** Variables that the server is started with. */
  Map<String, String> variables() {
    return Map.of();
  }

  @BeforeAll
  void startServer(@TempDir Path directory) {
    server = new RunningServer(directory, variables());
    satchel = server.client().build();
    app = satchel.app(name);
  }

  @AfterAll
  void stopServer() {
    satchel.close();
    server.close();
  }
}
