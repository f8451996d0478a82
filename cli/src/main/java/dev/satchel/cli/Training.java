package dev.satchel.cli;

import dev.satchel.cli.session.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * Runs the commands of a first day in one process, so that the AOT cache made of this run knows
 * what they load. Without a server it still knows the greater part.
 *
 * <p>With the directory of a model as its argument, it has a server run that often instead: what a
 * server does most is then compiled soon after its start.
 */
public final class Training {
  private static final String BUNDLE = "training-cli";
  private static final String APPLICATION = "training";
  private static final int RUNS = 200;

  private final PrintStream nowhere =
      new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);

  private Training() {}

  public static void main(String[] arguments) {
    Class<?> _ = Main.class; // What every start but this one loads.
    Surroundings.ofThisProcess();
    if (arguments.length == 0) {
      new Training().day();
    } else {
      new Training().runs(arguments[0]);
    }
    System.exit(0); // As the program itself ends.
  }

  private void day() {
    run("--version");
    run("--help");
    run("secrets", "new", BUNDLE, "KEY=value", "OTHER=-");
    run("secrets", "list");
    run("secrets", "list", "--json");
    run("doctor");
    run("secrets", "show", BUNDLE);
    run("secrets", "shw");
    run("secrets", "show", "no-such-bundle");
    run("explain", "--secret", BUNDLE, "--", "true");
    run("run", "--secret", BUNDLE, "--env", "LR=0.01", "--", "sh", "-c", "echo hi");
    String id = run("submit", "-q", "--secret", BUNDLE, "--", "true");
    if (!id.isEmpty()) {
      run("logs", "-f", id);
      run("wait", id);
      run("status", id);
      run("terminate", id);
    }
    run("list");
    run("status");
    run("app", "list");
    run("secrets", "delete", BUNDLE, "--force");
  }

  private void runs(String model) {
    run("app", "create", APPLICATION);
    run("app", "push", APPLICATION, model);
    String input = Path.of(model).resolve("app.yaml").toString(); // Any file: it is only read.
    for (int i = 1; i < RUNS; i++) {
      run("app", "run", APPLICATION, "-q", "--no-wait", "--format", "text", "--input", input);
    }
    run("app", "run", APPLICATION, "--format", "text", "--input", input); // Waits for the last.
    run("app", "delete", APPLICATION);
  }

  private String run(String... arguments) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            System.getenv(),
            Path.of("").toAbsolutePath(),
            Path.of(System.getProperty("user.home", "/")),
            new ByteArrayInputStream(new byte[] {'x'}),
            new PrintStream(output, true, StandardCharsets.UTF_8),
            nowhere,
            Surroundings.Terminals.NONE,
            0,
            question -> null,
            Clock.systemUTC());
    int exitCode = new Cli(surroundings).run(List.of(arguments));
    return exitCode == 0 ? output.toString(StandardCharsets.UTF_8).strip() : "";
  }
}
