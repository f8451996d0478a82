package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.satchel.e2e.Client.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job that is submitted while the server may die: it notes each of its starts in a file, ends
 * with a code of its own, and, where it lasts, prints numbered lines with a secret in them.
 */
final class CrashJob {
  private static final int LINES = 40;
  private static final int SHORT_CODE = 3;
  private static final int LASTING_CODE = 7;

  private final String key;
  private final Path starts;
  private final boolean lasting;
  private final Map<String, Object> body;
  private volatile @Nullable String id; // Null until a submit was answered.

  private CrashJob(String key, Path starts, boolean lasting, Map<String, Object> body) {
    this.key = key;
    this.starts = starts;
    this.lasting = lasting;
    this.body = body;
  }

  static CrashJob of(Path directory, String name, boolean lasting) {
    Path starts = directory.resolve("starts-" + name);
    String script =
        lasting
            ? """
            echo "$SATCHEL_ATTEMPT_ID" >>"$STARTS"
            line=0
            while [ $line -lt %d ]; do
              line=$((line + 1))
              printf 'line %%d %%s' "$line" "$W0_A"
              sleep 0.05
              echo " end"
            done
            exit %d
            """
                .formatted(LINES, LASTING_CODE)
            : "echo \"$SATCHEL_ATTEMPT_ID\" >>\"$STARTS\"; exit " + SHORT_CODE;
    Map<String, Object> body =
        Map.of(
            "command", List.of("sh", "-c", script),
            "env", Map.of("STARTS", starts.toString()),
            "secrets", List.of("w0"),
            "working_directory", directory.toString());
    return new CrashJob("crash-" + name, starts, lasting, body);
  }

  /** Sends the submit, as often as wanted: it is one submit, by its key. */
  Answer send(Client client) {
    Answer answer = client.send("POST", "/v1/workloads", body, "Idempotency-Key", key);
    if (answer.status() == 202) {
      String answered = answer.body().path("id").asText();
      String before = id;
      assertThat(before == null || before.equals(answered)).as("one submit, one workload").isTrue();
      id = answered;
    }
    return answer;
  }

  String id() {
    String answered = id;
    if (answered == null) {
      throw new IllegalStateException("no submit of it was answered");
    }
    return answered;
  }

  /** Waits for its end, which must be the true one, after one true start. */
  void checkEnd(Client client) {
    JsonNode workload = client.awaitEnd(id());
    String what = workload.toString();
    assertThat(workload.path("state").asText()).as(what).isEqualTo("errored");
    assertThat(workload.path("exit_code").asInt())
        .as(what)
        .isEqualTo(lasting ? LASTING_CODE : SHORT_CODE);
    List<String> shouldHaveStarted = new ArrayList<>();
    for (JsonNode attempt : workload.path("attempts")) {
      if (!attempt.path("reason_code").asText().equals("NOT_STARTED")) {
        shouldHaveStarted.add(attempt.path("id").asText());
      }
    }
    assertThat(shouldHaveStarted).as(what).hasSize(1);
    assertThat(lines(starts)).as("starts of " + what).isEqualTo(shouldHaveStarted);
    if (lasting) {
      assertThat(client.log(id())).as(what).isEqualTo(wantedLog());
    }
  }

  private static List<String> lines(Path file) {
    return Files.exists(file) ? Installation.text(file).lines().toList() : List.of();
  }

  private static String wantedLog() {
    StringBuilder log = new StringBuilder();
    for (int line = 1; line <= LINES; line++) {
      log.append("line ").append(line).append(" *** end\n");
    }
    return log.toString();
  }
}
