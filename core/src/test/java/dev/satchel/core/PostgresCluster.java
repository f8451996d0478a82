package dev.satchel.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A throw-away PostgreSQL on loopback, by {@code dev/postgres}. It is gone once this process is. A
 * test that starts one is skipped out loud where none is installed.
 */
public final class PostgresCluster implements AutoCloseable {
  private static final Path SCRIPT =
      Path.of(System.getProperty("satchel.root", ".")).resolve("dev/postgres").toAbsolutePath();

  private static @Nullable PostgresCluster shared; // Null until somebody needs it.

  private final Path directory;
  private final List<String> settings;
  private final AtomicInteger databases = new AtomicInteger();

  private PostgresCluster(Path directory, List<String> settings) {
    this.directory = directory;
    this.settings = settings;
  }

  /** One for all tests of this process that need no other, with the settings of production. */
  public static synchronized PostgresCluster shared() {
    if (shared == null) {
      shared = of();
    }
    return shared;
  }

  /** One of its own, with settings such as {@code fsync=off}. */
  public static PostgresCluster of(String... settings) {
    try {
      return in(Files.createTempDirectory("satchel-postgres"), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of its own in a directory. */
  public static PostgresCluster in(Path directory, String... settings) {
    Needs.that(
        Needs.works(SCRIPT.toString(), "bin"), "this test needs PostgreSQL: dev/setup installs it");
    PostgresCluster cluster = new PostgresCluster(directory, List.of(settings));
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
    cluster.start();
    return cluster;
  }

  /** Starts it again, after a stop. */
  public void start() {
    List<String> command = new ArrayList<>(List.of("start", directory.toString(), "--with"));
    command.add(Long.toString(ProcessHandle.current().pid()));
    command.addAll(settings);
    var _ = run(command);
  }

  /** Stops it: fast as an operator does, or immediate as a crash does. */
  public void stop(String mode) {
    var _ = run(List.of("stop", directory.toString(), mode));
  }

  /** Makes an empty database; answers its name. */
  public String newDatabase() {
    return copyOf("template0");
  }

  /** Makes a database that is a copy of another, to which nobody may be connected. */
  public String copyOf(String template) {
    String name = "test" + databases.incrementAndGet();
    var _ = sql("postgres", "CREATE DATABASE " + name + " TEMPLATE " + template);
    return name;
  }

  /** Runs a statement past the store; answers its rows, the columns with blanks between. */
  public List<String> sql(String database, String statement) {
    return run(List.of("sql", directory.toString(), database, statement));
  }

  /** Where a database is, without the password. */
  public String url(String database) {
    return "postgresql://satchel@127.0.0.1:" + port() + "/" + database;
  }

  public int port() {
    return Integer.parseInt(text("port"));
  }

  public Path passwordFile() {
    return directory.resolve("password");
  }

  public String password() {
    return text("password");
  }

  /** Everything it keeps: {@code data/}, {@code log}, and the file {@code password}. */
  public Path directory() {
    return directory;
  }

  @Override
  public void close() {
    var _ = run(List.of("remove", directory.toString()));
  }

  private String text(String file) {
    try {
      return Files.readString(directory.resolve(file)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> run(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      List<String> lines = process.inputReader().readAllLines();
      if (!process.waitFor(90, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(command + ": " + String.join("\n", lines));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
