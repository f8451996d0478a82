package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A marked value is searched for in everything that a caller could come to see. */
final class SentinelTest {
  private static final String MARK = "s7nt1nelQx4vZ9";
  private static final String TOKEN = "sat_" + MARK;

  private final List<String> seen = new ArrayList<>();

  private void see(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    seen.add(text.toString());
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      seen.add(cause.toString());
    }
  }

  private void provoke(Satchel satchel) {
    List<Consumer<Satchel>> calls =
        List.<Consumer<Satchel>>of(
            s -> s.createSecret("a", Map.of("A", MARK)),
            s -> s.createSecret("a b", Map.of("A", MARK)),
            s -> s.createSecret("a", Map.of("not a name", MARK)),
            s -> s.secrets().createOnly("a", e -> see(e.env("A", MARK))),
            s ->
                s.secrets()
                    .replace("a", 7, e -> see(e.file("f", MARK.getBytes(StandardCharsets.UTF_8)))),
            s -> s.secrets().change("a", c -> see(c.set("B", MARK).ifRevision(9))),
            s -> s.secrets().put("a", e -> e.env("A", "\ud800" + MARK)),
            s -> s.submit(w -> see(w.command("echo", MARK).env("A", MARK).secrets("none"))),
            s -> s.submit(w -> w.command(MARK).idempotencyKey(MARK + " ")),
            s -> s.explain(w -> w.command("echo").env("not a name", MARK)),
            s -> see(Secret.create("one-" + System.nanoTime(), MARK, s)),
            s -> see(Secret.create("no name", MARK, s)),
            s -> see(Secret.set("a", MARK, s)),
            s -> see(Secret.set("a", SecretValue.of(MARK), s).delete()),
            s -> s.tokens().create("t", t -> see(t.roles("none"))),
            s -> s.application("none").newRun(r -> see(r.input(Map.of("A", MARK)))),
            s ->
                s.application("none")
                    .secretsCollections()
                    .create("c", c -> see(c.secrets(e -> see(e.env("A", MARK))))),
            s ->
                s.application("none")
                    .secretsCollections()
                    .update("c", c -> c.secrets(e -> e.addAll(List.of(marked())))),
            s -> s.workload("none").resubmit(Map.of("A", MARK)));
    for (Consumer<Satchel> call : calls) {
      try {
        call.accept(satchel);
      } catch (RuntimeException thrown) {
        see(thrown);
      }
    }
    see(satchel);
    see(satchel.secrets());
    see(satchel.tokens());
    see(satchel.workload("w"));
    see(satchel.secrets().list());
  }

  private SecretEntry marked() {
    SecretEntry entry = SecretEntry.file("f", MARK);
    see(entry);
    see(entry.value());
    return entry;
  }

  private void see(Object thing) {
    seen.add(String.valueOf(thing));
  }

  private void assertUnseen() {
    byte[] bytes = MARK.getBytes(StandardCharsets.UTF_8);
    String base64 = Base64.getEncoder().withoutPadding().encodeToString(bytes);
    assertThat(seen).isNotEmpty();
    for (String text : seen) {
      assertThat(text)
          .doesNotContain(MARK)
          .doesNotContain(base64.substring(0, base64.length() - 2))
          .doesNotContain(HexFormat.of().formatHex(bytes))
          .doesNotContain(new StringBuilder(MARK).reverse());
    }
  }

  /** Runs something with all that the JDK logs, and all that is printed, kept. */
  private void overheard(Runnable work) {
    Logger root = Logger.getLogger("");
    Logger jdk = Logger.getLogger("jdk.httpclient");
    Handler keeper =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            synchronized (seen) {
              seen.add(record.getLoggerName() + " " + record.getMessage());
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    root.addHandler(keeper);
    jdk.setLevel(Level.ALL);
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      root.removeHandler(keeper);
      System.setOut(out);
      System.setErr(err);
      seen.add(printed.toString(StandardCharsets.UTF_8));
    }
  }

  @Test
  void noValueIsInAnythingThatARealServerMakesUsSay(@TempDir Path directory) throws IOException {
    try (RunningServer server = new RunningServer(directory)) {
      try (Satchel satchel = server.client().build()) {
        overheard(() -> provoke(satchel));
      }
      try (Satchel stranger = server.client().token(TOKEN).build()) {
        overheard(() -> provoke(stranger));
      }
      seen.add(server.said());
    }
    assertUnseen();
  }

  @Test
  void noValueIsInWhatAServerMakesUsSayThatAnswersWithWhatItWasSent() throws IOException {
    for (int status : new int[] {200, 400, 404, 409, 500, 502, 503}) {
      AtomicInteger turn = new AtomicInteger();
      try (Answering echo =
              new Answering(
                  (exchange, body) ->
                      Answering.send(
                          exchange,
                          status,
                          switch (turn.getAndIncrement() % 3) {
                            case 0 -> "<html>" + body + TOKEN + "</html>";
                            case 1 -> "[\"" + MARK + "\"]";
                            default -> "{\"created_at\":\"" + MARK + "\",\"x\":" + body + "}";
                          }));
          Satchel satchel = echo.client().token(TOKEN).retries(0).build()) {
        overheard(() -> provoke(satchel));
      }
    }
    assertUnseen();
  }

  @Test
  void noValueIsInWhatOurOwnThingsPrint() {
    see(SecretValue.of(MARK));
    see(SecretValue.of(MARK.toCharArray()));
    see(new Answer(200, MARK));
    see(Call.put("/v1/secrets/a", Map.of("values", Map.of("A", MARK))));
    see(Satchel.builder().token(TOKEN));
    try {
      Satchel.builder().token(MARK + "\n");
    } catch (IllegalArgumentException wrong) {
      see(wrong);
    }
    try {
      Satchel.builder().token(TOKEN).url("http://" + MARK + "@host").build();
    } catch (NotConfigured wrong) {
      see(wrong);
    }
    assertUnseen();
  }

  @Test
  void aClosedValueIsOverwrittenAndOfNoUse() {
    SecretValue value = SecretValue.of(MARK);
    value.close();
    assertThat(catchThrowable(value::members)).isInstanceOf(IllegalStateException.class);
  }
}
