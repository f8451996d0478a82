package dev.satchel.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.Runs;
import dev.satchel.core.application.Transfers;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Logs;
import dev.satchel.core.workload.RunReport;
import dev.satchel.core.workload.RunSpec;
import dev.satchel.core.workload.WorkloadStore;
import dev.satchel.core.workload.Workloads;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The routes of pushes, runs, and the addresses at which files are sent and fetched. */
final class RunRoutes {
  static final String TRANSFERS = "/uploads/";

  private static final int PAGE = 500;

  private final Runs runs;
  private final Logs logs;

  RunRoutes(Runs runs, Logs logs) {
    this.runs = runs;
    this.logs = logs;
  }

  void codeUpload(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    Transfers.Granted granted = runs.codeUpload(exchange.actor(), application);
    exchange.answer(200, Json.object().put("upload_url", address(exchange, granted)));
  }

  void push(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    JsonNode requirements = exchange.body().path("requirements");
    if (!requirements.isObject()) {
      throw RefusedException.invalid("requirements", "requirements must be an object.");
    }
    runs.push(exchange.actor(), application, requirements.toString());
    exchange.answerNothing();
  }

  void inputUpload(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    Transfers.Granted granted = runs.inputUpload(exchange.actor(), application);
    exchange.answer(
        200,
        Json.object().put("upload_id", granted.id()).put("upload_url", address(exchange, granted)));
  }

  /** Takes what is sent to an address, which is all that its sender needs. */
  void receive(Context context) throws IOException {
    runs.transfers().receive(context.pathParam("token"), context.req().getInputStream());
    context.status(204);
  }

  void fetch(Context context) throws IOException {
    Path file = runs.transfers().fetched(context.pathParam("token"));
    context.contentType("application/octet-stream");
    context.res().setContentLengthLong(Files.size(file));
    try (var out = context.res().getOutputStream()) {
      Files.copy(file, out);
    }
  }

  void submit(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    Runs.Request request = RunRequests.read(exchange.rawBody());
    Runs.Chosen chosen =
        runs.chosen(exchange.actor(), application, exchange.context().queryParam("instance_id"));
    String id = runs.submit(exchange.actor(), chosen, request);
    exchange.answer(202, Json.object().put("run_id", id));
  }

  void list(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    boolean isPage = "true".equals(exchange.context().queryParam("pagereturn"));
    ArrayNode shown = Json.array();
    String token = exchange.context().queryParam("pagetoken");
    WorkloadStore.Position before = position(isPage ? token : null);
    String next = "";
    do {
      List<WorkloadStore.Listed> found = runs.list(exchange.actor(), application, before, PAGE + 1);
      List<WorkloadStore.Listed> page = found.subList(0, Math.min(PAGE, found.size()));
      page.forEach(listed -> shown.add(RunAnswers.item(listed.workload(), listed.attempt())));
      boolean more = found.size() > PAGE;
      if (more) {
        var last = page.getLast().workload();
        before = new WorkloadStore.Position(last.createdAt(), last.id());
      }
      next = more && before != null ? before.createdAt() + " " + before.id() : "";
    } while (!isPage && !next.isEmpty());
    ObjectNode answer = Json.object();
    answer.set("runs", shown);
    answer.put("next_page_token", next.isEmpty() ? "" : Exchange.pageToken(next));
    exchange.answer(200, answer);
  }

  private static WorkloadStore.@Nullable Position position(@Nullable String token) {
    if (token == null || token.isEmpty()) {
      return null;
    }
    try {
      String text =
          new String(java.util.Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      int space = text.indexOf(' ');
      return new WorkloadStore.Position(
          Instant.parse(text.substring(0, Math.max(0, space))), text.substring(space + 1));
    } catch (java.time.DateTimeException | IllegalArgumentException e) {
      throw RefusedException.invalid(
          "pagetoken", "pagetoken is not one that this server gave; begin again without it.");
    }
  }

  void metadata(Exchange exchange) {
    exchange.answer(200, information(exchange, found(exchange)));
  }

  void get(Exchange exchange) {
    Workloads.Detail detail = opened(exchange);
    ObjectNode answer = information(exchange, detail);
    if (asUrl(exchange)) {
      answer.set("output", url(exchange, runs.files().output(detail.workload().id())));
    } else {
      answer.set("output", output(detail));
    }
    exchange.answer(200, answer);
  }

  void output(Exchange exchange) {
    Workloads.Detail detail = opened(exchange);
    String id = detail.workload().id();
    Path file = runs.files().output(id);
    if (detail.workload().state().isTerminal()
        && !run(detail).printsOutput()
        && !Files.exists(file)) { // Clients unpack what ended, however it did.
      runs.files().leaveNothing(id);
    }
    answerFile(exchange, file, run(detail).output());
  }

  void input(Exchange exchange) {
    Workloads.Detail detail = opened(exchange);
    Path file = runs.files().input(detail.workload().id());
    answerFile(exchange, file, run(detail).input());
  }

  private void answerFile(Exchange exchange, Path file, String format) {
    if (asUrl(exchange)) {
      exchange.answer(200, url(exchange, file));
      return;
    }
    if (size(file) > RunAnswers.INLINE_MAX_BYTES) { // It would be in memory whole.
      throw new RefusedException(
          Reason.TOO_LARGE,
          "This has more than "
              + RunAnswers.INLINE_MAX_BYTES
              + " bytes: ask for its address with format=url.");
    }
    try {
      byte[] bytes = Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
      boolean json = format.equals("json");
      exchange
          .context()
          .contentType(json ? "application/json" : "application/octet-stream")
          .result(json && bytes.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void logs(Exchange exchange) {
    AttemptId attempt = opened(exchange).current().id();
    exchange.context().contentType("application/json");
    RunLogs.write(logs, attempt, exchange.context().res());
  }

  void liveLogs(Exchange exchange) {
    Workloads.Detail detail = opened(exchange);
    long from = since(exchange.context().queryParam("since"));
    exchange.answer(200, RunLogs.live(logs, detail, from));
  }

  private static long since(@Nullable String token) {
    try {
      return token == null || token.isEmpty() ? 0 : Math.max(0, Long.parseLong(token));
    } catch (NumberFormatException e) {
      throw RefusedException.invalid("since", "since is not a token that this server gave.");
    }
  }

  void cancel(Exchange exchange) {
    runs.cancel(exchange.actor(), ApplicationPages.application(exchange), exchange.path("id"));
    exchange.answerNothing();
  }

  void delete(Exchange exchange) {
    runs.delete(exchange.actor(), ApplicationPages.application(exchange), exchange.path("id"));
    exchange.answerNothing();
  }

  private Workloads.Detail found(Exchange exchange) {
    return runs.get(exchange.actor(), ApplicationPages.application(exchange), exchange.path("id"));
  }

  private Workloads.Detail opened(Exchange exchange) {
    return runs.opened(
        exchange.actor(), ApplicationPages.application(exchange), exchange.path("id"));
  }

  private ObjectNode information(Exchange exchange, Workloads.Detail detail) {
    String id = detail.workload().id();
    ObjectNode answer =
        RunAnswers.information(
            detail.workload(),
            detail.current(),
            size(runs.files().input(id)),
            size(runs.files().output(id)));
    if (runs.mayOpen(exchange.actor(), detail)) { // It is the program's word, as its output is.
      putReport(answer, id, RunReport.STATISTICS);
      putReport(answer, id, RunReport.METRICS);
    }
    return answer;
  }

  private void putReport(ObjectNode answer, String id, RunReport report) {
    JsonNode tree = DataJson.read(runs.files().report(id, report));
    if (tree != null) {
      answer.withObject("metadata").set(report.word(), tree);
    }
  }

  /** Null where it left none, or none that a JSON object can be made of. */
  private @Nullable JsonNode output(Workloads.Detail detail) {
    Path file = runs.files().output(detail.workload().id());
    if (!run(detail).output().equals("json")
        || size(file) == 0
        || size(file) > RunAnswers.INLINE_MAX_BYTES) {
      return null;
    }
    JsonNode tree = DataJson.read(file);
    return tree != null && tree.isObject() ? tree : null;
  }

  private static long size(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ObjectNode url(Exchange exchange, Path file) {
    return Json.object().put("url", address(exchange, runs.transfers().download(file)));
  }

  private static boolean asUrl(Exchange exchange) {
    return "url".equals(exchange.context().queryParam("format"));
  }

  /** As the caller sees this server. */
  static String address(Exchange exchange, Transfers.Granted granted) {
    return exchange.address(TRANSFERS + granted.token());
  }

  private static RunSpec run(Workloads.Detail detail) {
    return java.util.Objects.requireNonNull(detail.workload().spec().run());
  }
}
