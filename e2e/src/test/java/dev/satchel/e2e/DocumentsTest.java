package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a document names as its proof is there. */
final class DocumentsTest {
  private static final int SENTENCES = 40;
  private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\|.*\\|([^|]+)\\|");
  private static final Pattern PROOF = Pattern.compile("`(\\w+)\\.(\\w+)`");

  @Test
  void everySentenceOfAnycloudsDocumentHasAProofThatIsThere() throws IOException {
    Map<String, String> suites = suites();
    List<Integer> numbers = new ArrayList<>();
    for (String line : Files.readAllLines(Installation.ROOT.resolve("docs/anycloud.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        numbers.add(Integer.valueOf(row.group(1)));
        Matcher proofs = PROOF.matcher(row.group(2));
        assertThat(proofs.results()).as("proofs of %s", row.group(1)).isNotEmpty();
        proofs
            .reset()
            .results()
            .forEach(
                proof ->
                    assertThat(suites.getOrDefault(proof.group(1), ""))
                        .as(proof.group())
                        .containsPattern("(?:void|def) " + proof.group(2) + "\\("));
      }
    }
    assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, SENTENCES).boxed().toList());
  }

  /** The texts of all tests, by the file's name without its ending. */
  private static Map<String, String> suites() throws IOException {
    Map<String, String> suites = new HashMap<>();
    for (String module : List.of("core", "server", "sdk", "cli", "e2e")) {
      addSuites(Installation.ROOT.resolve(module).resolve("src/test/java"), suites);
    }
    addSuites(Installation.ROOT.resolve("compat/anycloud"), suites);
    return suites;
  }

  private static void addSuites(Path directory, Map<String, String> suites) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".java") || name.endsWith(".py")) {
          suites.merge(
              name.substring(0, name.lastIndexOf('.')), Files.readString(file), String::concat);
        }
      }
    }
  }
}
