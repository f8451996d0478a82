package dev.satchel.server.disk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.RunReport;
import dev.satchel.core.workload.RunSpec;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Takes the statistics, metrics and assets that a run reports: from a file of its own, or else from
 * the member of that name of what it printed. All is read in streams: what a program wrote may be
 * of any size. What is no report is refused in a file, and left alone in an output, whose members
 * may mean anything.
 */
final class RunReports {
  private static final int STRING_MAX_CHARS = 16 << 20;

  /** Of statistics and of metrics, which are told each time that somebody asks for the run. */
  static final int OBJECT_MAX_BYTES = 1 << 20;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(500)
                  .maxStringLength(STRING_MAX_CHARS)
                  .build())
          .build();

  private final Path kept;
  private final RunSpec run;

  /**
   * @param kept where the files of this run are, its output too
   */
  RunReports(Path kept, RunSpec run) {
    this.kept = kept;
    this.run = run;
  }

  /**
   * Takes all of them.
   *
   * @param work where the program's files were
   * @throws RefusedException INVALID or TOO_LARGE, with the report's name
   */
  void takeFrom(Path work) throws IOException {
    for (RunReport report : RunReport.values()) {
      take(report, file(report, work));
    }
  }

  /**
   * Takes one.
   *
   * @param file null where only the output may hold it
   */
  void take(RunReport report, @Nullable Path file) throws IOException {
    Path made = kept.resolve(report.word() + ".new");
    Files.deleteIfExists(made);
    Files.deleteIfExists(kept.resolve(report.word())); // Of an attempt before.
    Path output = kept.resolve("output");
    if (file != null) {
      read(report, file, made, false);
    } else if (run.output().equals("json") && Files.isRegularFile(output)) {
      read(report, output, made, true);
    }
    if (Files.exists(made)) {
      DiskRuns.sync(made);
      Files.move(made, kept.resolve(report.word()), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void read(RunReport report, Path from, Path made, boolean isOutput) throws IOException {
    try {
      boolean isMember = isOutput || isWrapped(report, from);
      try (JsonParser parser = JSON.createParser(Files.newInputStream(from))) {
        JsonToken first = isMember ? member(parser, report.word()) : parser.nextToken();
        boolean isAssets = report == RunReport.ASSETS;
        if (first == (isAssets ? JsonToken.START_ARRAY : JsonToken.START_OBJECT)) {
          keep(report, parser, made, isOutput);
        } else if (!isOutput) {
          throw notOne(report);
        }
      }
    } catch (StreamConstraintsException e) { // Each is in memory whole, more than once.
      Files.deleteIfExists(made);
      throw new RefusedException(
          Reason.TOO_LARGE,
          "Its "
              + report.word()
              + " hold a text that is longer than one may be: "
              + STRING_MAX_CHARS
              + " characters.");
    } catch (JsonProcessingException
        | CharConversionException e) { // Its message could hold what the program wrote.
      Files.deleteIfExists(made);
      if (!isOutput) {
        throw notOne(report);
      }
    }
  }

  private void keep(RunReport report, JsonParser parser, Path made, boolean isOutput)
      throws IOException {
    if (report == RunReport.ASSETS) {
      new RunAssets(JSON, kept).keep(parser, made, isOutput);
      return;
    }
    try (var out = new BoundedFile(made, OBJECT_MAX_BYTES, "Its " + report.word());
        var generator = JSON.createGenerator(out)) {
      generator.copyCurrentStructureExact(parser);
    }
  }

  /** Clients write an object whose only member is the report, as well as the report itself. */
  private static boolean isWrapped(RunReport report, Path file) throws IOException {
    try (JsonParser parser = JSON.createParser(Files.newInputStream(file))) {
      if (parser.nextToken() != JsonToken.START_OBJECT || parser.nextToken() == null) {
        return false;
      }
      boolean named = report.word().equals(parser.currentName());
      if (report == RunReport.ASSETS) {
        return true; // Beside whatever else.
      }
      boolean holds = named && parser.nextToken() == JsonToken.START_OBJECT;
      return holds && parser.skipChildren().nextToken() == JsonToken.END_OBJECT;
    }
  }

  /** Goes to the value of a member of the outermost object; null where it has none such. */
  private static @Nullable JsonToken member(JsonParser parser, String name) throws IOException {
    if (parser.nextToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = parser.currentName().equals(name);
        JsonToken value = parser.nextToken();
        if (found) {
          return value;
        }
        parser.skipChildren();
      }
    }
    return null;
  }

  /** The first that is there, through no link. */
  private @Nullable Path file(RunReport report, Path work) {
    for (String each : run.reportFiles(report)) {
      Path relative = Path.of(run.directory(), each);
      Path parent = relative.getParent();
      Path file = work.resolve(relative);
      if ((parent == null || DiskRuns.isReached(work, parent))
          && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return file;
      }
    }
    return null;
  }

  private static RefusedException notOne(RunReport report) {
    return RefusedException.invalid(
        report.word(),
        "Its "
            + report.word()
            + " are not "
            + (report == RunReport.ASSETS
                ? "a JSON array of assets, each an object with name and content."
                : "a JSON object."));
  }

  /** An array of assets with something else in it. */
  static RefusedException notAssets() {
    return notOne(RunReport.ASSETS);
  }
}
