package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.cli.workload.Workloads;
import dev.satchel.sdk.json.Node;
import dev.satchel.sdk.pack.PackException;
import dev.satchel.sdk.pack.Unpack;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What became of a run: its output on standard output or in a file, the rest on standard error. */
final class RunOutcome {
  private static final Set<String> FILES = Set.of("multi-file", "csv-archive");

  private final Session session;
  private final String app;
  private final String run;
  private final @Nullable String output;

  /**
   * @param output a file; null for standard output
   */
  RunOutcome(Session session, String app, String run, @Nullable String output) {
    this.session = session;
    this.app = app;
    this.run = run;
    this.output = output;
  }

  /**
   * Waits for the end, tells it, and answers the program's exit code.
   *
   * @param limit null to wait for as long as it takes
   */
  int tellAtEnd(@Nullable Duration limit) {
    Node workload = new Workloads(session).ended(run, limit); // A run is one.
    tell();
    return Workloads.exitCode(workload);
  }

  /** Tells how it stands, and what it has left by now. */
  void tell() {
    Node shown = session.send(Request.get(Part.RUNS.path(app, run))).json();
    Node metadata = shown.at("metadata");
    if (output != null && hasOutput(metadata)) {
      Path to = session.surroundings().workingDirectory().resolve(output);
      if (Files.isDirectory(to)) {
        fetchInto(to, metadata);
      } else {
        fetchTo(to);
      }
    }
    if (session.json()) {
      session.screen().json(shown);
    } else if (session.quiet()) {
      session.screen().line(metadata.text("status_v2"));
    } else {
      if (output == null) {
        print(shown, metadata);
      }
      tellEnd(metadata);
    }
  }

  /** What was refused is not kept: why, is told instead. */
  private static boolean hasOutput(Node metadata) {
    return metadata.text("status_v2").equals("succeeded") || metadata.number("output_size", 0) > 0;
  }

  private void print(Node shown, Node metadata) {
    if (shown.at("output").isPresent()) {
      session.screen().json(shown.at("output"));
    } else if (metadata.number("output_size", 0) > 0) {
      if (isFiles(metadata)) {
        session
            .screen()
            .note(
                "Its output is files: satchel app runs result "
                    + app
                    + " "
                    + run
                    + " --output DIR");
      } else {
        fetch(session.surroundings().out());
        session.surroundings().out().flush();
      }
    }
  }

  private void tellEnd(Node metadata) {
    Screen screen = session.screen();
    String status = metadata.text("status_v2");
    String error = metadata.text("error");
    screen.note("Run " + run + " " + status + (error.isEmpty() ? "." : ": " + error));
    tellReport("Statistics", metadata.at("statistics"));
    tellReport("Metrics", metadata.at("metrics"));
    if (status.equals("failed")) {
      screen.note("  satchel app runs logs " + app + " " + run);
    }
  }

  private void tellReport(String label, Node report) {
    if (report.isPresent()) {
      session.screen().note(label + ": " + Apps.document(report));
    }
  }

  /** The file is there whole or not at all. */
  private void fetchTo(Path file) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (OutputStream out = Files.newOutputStream(part)) {
        fetch(out);
      }
      Files.move(part, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      discard(part);
      throw new CliException(ExitCode.FAILED, "The file " + output + " cannot be written.");
    } catch (RuntimeException failed) {
      discard(part);
      throw failed;
    }
  }

  private static void discard(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      // It could not be written either.
    }
  }

  private static boolean isFiles(Node metadata) {
    return FILES.contains(metadata.at("format").at("output").text("type"));
  }

  /** A directory that is there takes the files, or the one file under the run's id. */
  private void fetchInto(Path directory, Node metadata) {
    if (!isFiles(metadata)) {
      fetchTo(directory.resolve(run));
      return;
    }
    try {
      Path place = Files.createTempDirectory("satchel-"); // For its owner alone.
      Path archive = place.resolve("output");
      try {
        fetchTo(archive);
        int _ = Unpack.into(archive, directory);
      } finally {
        Files.deleteIfExists(archive);
        Files.deleteIfExists(place);
      }
    } catch (PackException refused) {
      throw new CliException(ExitCode.FAILED, refused.what());
    } catch (IOException unwritable) {
      throw new CliException(ExitCode.FAILED, "A file in " + output + " cannot be written.");
    }
  }

  private void fetch(OutputStream to) {
    Request ask =
        Request.get(Part.RUNS.path(app, run) + "/output")
            .with("format", "url")
            .with("as_printed", "true");
    new Transfer(session, session.send(ask).json().text("url")).fetch(to);
  }
}
