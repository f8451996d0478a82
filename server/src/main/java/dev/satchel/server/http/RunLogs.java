package dev.satchel.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.Logs;
import dev.satchel.core.workload.Workloads;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** The logs of runs, as the client reads them. */
final class RunLogs {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int LIVE_MAX_BYTES = 4 << 20;
  private static final JsonFactory JSON = new JsonFactory();

  private RunLogs() {}

  /** All of it, however long, piece by piece. */
  static void write(Logs logs, AttemptId attempt, OutputStream out) throws IOException {
    Reader text =
        new InputStreamReader(
            new BufferedInputStream(new Whole(logs, attempt), CHUNK_BYTES), StandardCharsets.UTF_8);
    JsonGenerator answer = JSON.createGenerator(out);
    answer.writeStartObject();
    answer.writeFieldName("log");
    answer.writeString(text, -1);
    answer.writeEndObject();
    answer.close();
  }

  /** What there was when it was asked for. */
  private static final class Whole extends InputStream {
    private final Logs logs;
    private final AttemptId attempt;
    private final long size;
    private long at;

    Whole(Logs logs, AttemptId attempt) {
      this.logs = logs;
      this.attempt = attempt;
      this.size = logs.size(attempt);
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      byte[] bytes = logs.read(attempt, at, (int) Math.min(length, size - at));
      System.arraycopy(bytes, 0, into, offset, bytes.length);
      at += bytes.length;
      return bytes.length == 0 ? -1 : bytes.length;
    }
  }

  /** What follows an offset, and where it goes on. */
  static ObjectNode live(Logs logs, Workloads.Detail detail, long from) {
    AttemptId attempt = detail.current().id();
    byte[] bytes = logs.read(attempt, from, LIVE_MAX_BYTES);
    boolean more = logs.size(attempt) > from + bytes.length;
    int length = more ? whole(bytes) : bytes.length;
    ArrayNode items = Json.array();
    if (length > 0) {
      items
          .addObject()
          .put("timestamp", Instant.now().toString())
          .put("log", new String(bytes, 0, length, StandardCharsets.UTF_8));
    }
    ObjectNode answer = Json.object();
    answer.set("items", items);
    boolean ended = detail.workload().state().isTerminal();
    answer.put( // At an end the client asks no more.
        "status_v2", ended && more ? "running" : RunAnswers.status(detail.workload().state()));
    answer.put("next_page_token", Long.toString(from + length));
    answer.put("next_available_in_seconds", 1);
    return answer;
  }

  /** How many of the bytes are whole characters. */
  private static int whole(byte[] bytes) {
    int begin = bytes.length - 1; // Of the last character.
    while (begin > 0 && bytes.length - begin < 4 && (bytes[begin] & 0xc0) == 0x80) {
      begin--;
    }
    int lead = begin < 0 ? 0 : bytes[begin] & 0xff;
    int wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    return begin > 0 && begin + wanted > bytes.length ? begin : bytes.length;
  }
}
