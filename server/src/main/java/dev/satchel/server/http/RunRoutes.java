package dev.satchel.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.InstanceConfiguration;
import dev.satchel.core.application.Program;
import dev.satchel.core.application.Runs;
import dev.satchel.core.application.Transfers;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Logs;
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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The routes of pushes, runs, and the addresses at which files are sent and fetched. */
final class RunRoutes {
  static final String TRANSFERS = "/uploads/";

  private static final int PAGE = 500;
  private static final int LOG_MAX_BYTES = 4 << 20;

  /** Inputs are data: any number of members, and numbers exactly as they were sent. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(500).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

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
    var _ = program(requirements);
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
    ObjectNode tree = parse(exchange.rawBody());
    JsonNode input = tree.remove("input");
    for (String unserved : List.of("input_id", "result", "batch_experiment_id")) {
      if (tree.hasNonNull(unserved)) {
        throw RefusedException.invalid(
            unserved, "This server does not take " + unserved + " of a run.");
      }
    }
    Fields body = Fields.lenient(tree, "");
    Map<String, String> options = body.textMap("options");
    InstanceConfiguration checked =
        new InstanceConfiguration("", null, options == null ? Map.of() : options, "", null, "");
    Runs.Chosen chosen =
        runs.chosen(exchange.actor(), application, exchange.context().queryParam("instance_id"));
    String id =
        runs.submit(
            exchange.actor(),
            chosen,
            program(parse(chosen.executable().requirements().getBytes(StandardCharsets.UTF_8))),
            new Runs.Request(
                text(body, "name"),
                text(body, "description"),
                checked.options(),
                Configurations.read(body),
                body.text("upload_id"),
                input == null || input.isNull()
                    ? null
                    : input.toString().getBytes(StandardCharsets.UTF_8)));
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
      page.forEach(
          listed -> {
            if (listed.workload().spec().run() != null) { // Else it is a job of the same name.
              shown.add(RunAnswers.item(listed.workload(), listed.attempt()));
            }
          });
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
    exchange.answer(200, information(found(exchange)));
  }

  void get(Exchange exchange) {
    Workloads.Detail detail = opened(exchange);
    ObjectNode answer = information(detail);
    if (asUrl(exchange)) {
      answer.set("output", url(exchange, runs.files().output(detail.workload().id())));
    } else {
      answer.set("output", output(detail));
    }
    exchange.answer(200, answer);
  }

  void output(Exchange exchange) {
    Workloads.Detail detail = opened(exchange);
    Path file = runs.files().output(detail.workload().id());
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
    byte[] bytes = logs.read(attempt, 0, LOG_MAX_BYTES);
    exchange.answer(200, Json.object().put("log", new String(bytes, StandardCharsets.UTF_8)));
  }

  void liveLogs(Exchange exchange) {
    Workloads.Detail detail = opened(exchange);
    AttemptId attempt = detail.current().id();
    long from = since(exchange.context().queryParam("since"));
    byte[] bytes = logs.read(attempt, from, LOG_MAX_BYTES);
    long next = from + bytes.length;
    ArrayNode items = Json.array();
    if (bytes.length > 0) {
      items
          .addObject()
          .put("timestamp", Instant.now().toString())
          .put("log", new String(bytes, StandardCharsets.UTF_8));
    }
    ObjectNode answer = Json.object();
    answer.set("items", items);
    answer.put("status_v2", RunAnswers.status(detail.workload().state()));
    answer.put("next_page_token", Long.toString(next));
    answer.put("next_available_in_seconds", 1);
    exchange.answer(200, answer);
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

  private ObjectNode information(Workloads.Detail detail) {
    String id = detail.workload().id();
    return RunAnswers.information(
        detail.workload(),
        detail.current(),
        size(runs.files().input(id)),
        size(runs.files().output(id)));
  }

  /** Null where it left none, or none that a JSON object can be made of. */
  private @Nullable JsonNode output(Workloads.Detail detail) {
    Path file = runs.files().output(detail.workload().id());
    if (!run(detail).output().equals("json")
        || size(file) == 0
        || size(file) > RunAnswers.INLINE_MAX_BYTES) {
      return null;
    }
    try {
      JsonNode tree = MAPPER.readTree(file.toFile());
      return tree.isObject() ? tree : null;
    } catch (IOException e) { // What a failed run printed may be cut short.
      return null;
    }
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

  private static String address(Exchange exchange, Transfers.Granted granted) {
    return exchange.address(TRANSFERS + granted.token());
  }

  private static RunSpec run(Workloads.Detail detail) {
    return java.util.Objects.requireNonNull(detail.workload().spec().run());
  }

  static Program program(JsonNode requirements) {
    return new Program(
        requirements.path("executable_type").asText(""),
        requirements.path("entrypoint").asText(""),
        plain(requirements.path("working_directory").asText("")),
        requirements.path("io_configuration").path("format").asText(""),
        requirements.path("runtime").asText(""));
  }

  private static String plain(String directory) {
    String plain = directory.startsWith("./") ? directory.substring(2) : directory;
    return plain.equals(".") ? "" : plain;
  }

  private static ObjectNode parse(byte[] body) {
    try {
      if (MAPPER.readTree(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      // Told below; its message could hold what was sent.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw RefusedException.invalid("body", "The body must be one JSON object.");
  }

  private static String text(Fields body, String field) {
    String text = body.text(field);
    return text == null ? "" : text;
  }
}
