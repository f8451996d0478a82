package dev.satchel.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
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
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
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
  private final Bodies bodies;

  RunRoutes(Runs runs, Logs logs, Bodies bodies) {
    this.runs = runs;
    this.logs = logs;
    this.bodies = bodies;
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
    Bodies.Sent sent = bodies.inTime(context.req().getInputStream());
    try {
      runs.transfers().receive(context.pathParam("token"), sent);
    } catch (RefusedException refused) {
      sent.skip();
      throw refused;
    }
    context.status(204);
  }

  void fetch(Context context) {
    Path file = runs.transfers().fetched(context.pathParam("token"));
    send(context.contentType("application/octet-stream"), file);
  }

  private static void send(Context context, Path file) {
    context.res().setContentLengthLong(size(file));
    Streamed.write(context, out -> Files.copy(file, out));
  }

  void submit(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    Runs.Request request = RunRequests.read(exchange.rawBody());
    Runs.Chosen chosen =
        runs.chosen(exchange.actor(), application, exchange.context().queryParam("instance_id"));
    String id = runs.submit(exchange.actor(), chosen, request);
    exchange.answer(202, Json.object().put("run_id", id));
  }

  /** Page by page; clients up to 1.7.0 know no pages, and get them all in one answer. */
  void list(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    boolean isPage = "true".equals(exchange.context().queryParam("pagereturn"));
    String token = exchange.context().queryParam("pagetoken");
    var page = page(exchange, application, position(isPage ? token : null));
    Context context = exchange.context().contentType("application/json");
    Streamed.write(context, out -> write(exchange, application, page, isPage, out));
  }

  private void write(
      Exchange exchange,
      ApplicationId application,
      List<WorkloadStore.Listed> first,
      boolean isPage,
      OutputStream out)
      throws IOException {
    List<WorkloadStore.Listed> page = first;
    JsonGenerator answer = DataJson.FACTORY.createGenerator(out);
    answer.writeStartObject();
    answer.writeArrayFieldStart("runs");
    writeItems(answer, page);
    while (!isPage && page.size() > PAGE) {
      page = page(exchange, application, end(page));
      writeItems(answer, page);
    }
    answer.writeEndArray();
    WorkloadStore.Position next = page.size() > PAGE ? end(page) : null;
    answer.writeStringField(
        "next_page_token",
        next == null ? "" : Exchange.pageToken(next.createdAt() + " " + next.id()));
    answer.writeEndObject();
    answer.close();
  }

  /** One more than is shown, where there are more. */
  private List<WorkloadStore.Listed> page(
      Exchange exchange, ApplicationId application, WorkloadStore.@Nullable Position before) {
    return runs.list(exchange.actor(), application, before, PAGE + 1);
  }

  private static void writeItems(JsonGenerator answer, List<WorkloadStore.Listed> page)
      throws IOException {
    for (WorkloadStore.Listed listed : page.subList(0, Math.min(PAGE, page.size()))) {
      answer.writeRawValue(RunAnswers.item(listed.workload(), listed.attempt()).toString());
    }
  }

  private static WorkloadStore.Position end(List<WorkloadStore.Listed> page) {
    var last = page.get(PAGE - 1).workload();
    return new WorkloadStore.Position(last.createdAt(), last.id());
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
    exchange.stream(information(exchange, found(exchange)));
  }

  void get(Exchange exchange) {
    Workloads.Detail detail = opened(exchange);
    ObjectNode answer = information(exchange, detail);
    Path output = outputFile(exchange, detail);
    if (asUrl(exchange)) {
      answer.set("output", url(exchange, output));
    } else if (isInline(detail, output)) {
      answer.putPOJO("output", new DataFile(output));
    } else {
      answer.putNull("output");
    }
    exchange.stream(answer);
  }

  void output(Exchange exchange) {
    Workloads.Detail detail = opened(exchange);
    answerFile(exchange, outputFile(exchange, detail), run(detail).output());
  }

  /** Clients unpack what has ended, however it did. */
  private Path outputFile(Exchange exchange, Workloads.Detail detail) {
    Path file = runs.files().output(detail.workload().id());
    boolean over = detail.workload().state().isTerminal();
    return over && isUnpacked(exchange, run(detail).output()) ? runs.files().archive(file) : file;
  }

  /** Whether an archive is wanted: of text, only by its address, and not by callers of our own. */
  private static boolean isUnpacked(Exchange exchange, String format) {
    return switch (format) {
      case "json" -> false;
      case "text" -> asUrl(exchange) && !exchange.flag("as_printed");
      default -> true;
    };
  }

  void input(Exchange exchange) {
    Workloads.Detail detail = opened(exchange);
    Path file = runs.files().input(detail.workload().id());
    String format = run(detail).input();
    boolean packed = isUnpacked(exchange, format);
    if (format.equals("text") && !asUrl(exchange) && isSmall(file)) {
      answerText(exchange, file); // Clients take every answer that is no address for JSON.
    } else {
      answerFile(exchange, packed ? runs.files().archive(file) : file, format);
    }
  }

  private void answerFile(Exchange exchange, Path file, String format) {
    if (asUrl(exchange)) {
      exchange.answer(200, url(exchange, file));
      return;
    }
    if (!isSmall(file)) {
      throw new RefusedException(
          Reason.TOO_LARGE,
          "This has more than "
              + RunAnswers.INLINE_MAX_BYTES
              + " bytes: ask for its address with format=url.");
    }
    boolean json = format.equals("json");
    Context context = exchange.context();
    context.contentType(json ? "application/json" : "application/octet-stream");
    if (size(file) == 0) {
      context.result(json ? "{}" : "");
    } else {
      send(context, file);
    }
  }

  private static void answerText(Exchange exchange, Path file) {
    Context context = exchange.context().contentType("application/json");
    Streamed.write(
        context,
        out -> {
          try (InputStream in =
                  Files.exists(file) ? Files.newInputStream(file) : InputStream.nullInputStream();
              Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            JsonGenerator answer = DataJson.FACTORY.createGenerator(out);
            answer.writeString(text, -1);
            answer.close();
          }
        });
  }

  void logs(Exchange exchange) {
    AttemptId attempt = opened(exchange).current().id();
    exchange.context().contentType("application/json");
    Streamed.write(exchange.context(), out -> RunLogs.write(logs, attempt, out));
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
    Path file = runs.files().report(id, report);
    if (DataJson.holds(JsonToken.START_OBJECT, file)) {
      answer.withObject("metadata").putPOJO(report.word(), new DataFile(file));
    }
  }

  /** Not where it left none, or none that a JSON object can be made of. */
  private static boolean isInline(Workloads.Detail detail, Path file) {
    return run(detail).output().equals("json")
        && isSmall(file)
        && DataJson.holds(JsonToken.START_OBJECT, file);
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

  private static boolean isSmall(Path file) {
    return size(file) <= RunAnswers.INLINE_MAX_BYTES;
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
