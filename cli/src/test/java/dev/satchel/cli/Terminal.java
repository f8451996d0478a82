package dev.satchel.cli;

import dev.satchel.cli.session.Surroundings;
import dev.satchel.cli.session.Surroundings.Terminals;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Somebody who types commands, in a home of their own. */
public final class Terminal {
  public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  /** What a command has done. */
  public record Outcome(int exitCode, String out, String err) {}

  private final Map<String, String> environment = new HashMap<>();
  private final Path home;
  private byte[] in = new byte[0];
  private Terminals terminals = Terminals.NONE;
  private int columns;
  private Function<String, char @Nullable []> prompt = question -> null;

  public Terminal(Path home) {
    this.home = home;
  }

  /** One that talks to this server. */
  public Terminal(Path home, Recorder server) {
    this(home);
    set("SATCHEL_URL", server.url()).set("SATCHEL_TOKEN", "sat_test");
  }

  public Terminal set(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  public Terminal in(String text) {
    in = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  public Terminal on(Terminals seen, int width) {
    terminals = seen;
    columns = width;
    return this;
  }

  public Terminal types(String answer) {
    terminals = new Terminals(true, terminals.out(), terminals.err());
    prompt = question -> answer.toCharArray();
    return this;
  }

  /** Answers no prompt, as one whose input has ended. */
  public Terminal ends() {
    prompt = question -> null;
    return this;
  }

  public Surroundings surroundings(ByteArrayOutputStream out, ByteArrayOutputStream err) {
    return new Surroundings(
        environment,
        home,
        home,
        new ByteArrayInputStream(in),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        terminals,
        columns,
        prompt,
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  public Surroundings surroundings() {
    return surroundings(new ByteArrayOutputStream(), new ByteArrayOutputStream());
  }

  public Outcome run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = new Cli(surroundings(out, err)).run(List.of(arguments));
    return new Outcome(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
