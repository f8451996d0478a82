package dev.satchel.e2e;

import dev.satchel.e2e.Client.Answer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Many callers that write bundles and submit jobs at once, until the server is gone. */
final class Burst {
  static final int WRITERS = 8;
  static final List<String> ENTRIES = List.of("A", "B", "C", "D", "E");

  private static final int SUBMITTERS = 2;
  private static final int LONG_JOBS = 2; // Of each submitter.

  /** The last write of a bundle that was answered. */
  record Written(long revision, int generation) {}

  private final Path directory;
  private final Map<Integer, Written> written = new ConcurrentHashMap<>();
  private final Map<Integer, Integer> generations = new ConcurrentHashMap<>();
  private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();

  /**
   * @param directory the caller's, in which each job has a file of its own
   */
  Burst(Path directory) {
    this.directory = directory;
  }

  Map<Integer, Written> written() {
    return written;
  }

  /** Answers that were neither a success nor the server's end. */
  Queue<String> unexpected() {
    return unexpected;
  }

  /** A burst that goes on; the caller ends it by ending the server. */
  record Running(List<Thread> threads, Queue<CrashJob> jobs) {
    /** Every job that was sent, answered or not, once the last caller has given up. */
    List<CrashJob> join() {
      try {
        for (Thread thread : threads) {
          thread.join(20_000);
          if (thread.isAlive()) {
            throw new AssertionError("a caller still waits for a server that is gone");
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
      return List.copyOf(jobs);
    }
  }

  Running start(Client client, int round) {
    Queue<CrashJob> jobs = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    IntStream.range(0, WRITERS).forEach(writer -> threads.add(thread(() -> write(client, writer))));
    IntStream.range(0, SUBMITTERS)
        .forEach(each -> threads.add(thread(() -> submit(client, round + "-" + each, jobs))));
    return new Running(threads, jobs);
  }

  /** Writes one bundle again and again, all of its entries with the same value each time. */
  private void write(Client client, int writer) {
    while (true) {
      int generation = generations.merge(writer, 1, Integer::sum);
      Answer answer = tried(() -> sendWrite(client, writer, generation));
      if (answer == null) {
        return;
      }
      if (answer.status() == 200 || answer.status() == 201) {
        long revision = answer.body().path("revision").asLong();
        written.put(writer, new Written(revision, generation));
      } else {
        unexpected.add("write: " + answer.status() + " " + answer.body());
      }
    }
  }

  /** Writes every bundle once. */
  void writeAll(Client client) {
    for (int writer = 0; writer < WRITERS; writer++) {
      Answer answer = sendWrite(client, writer, 0).with(201);
      written.put(writer, new Written(answer.body().path("revision").asLong(), 0));
    }
  }

  private static Answer sendWrite(Client client, int writer, int generation) {
    String value = Marker.value() + "." + generation;
    String path = "/v1/secrets/w" + writer;
    if (generation % 3 == 2) { // Single entries, all of them.
      List<Map<String, String>> set =
          ENTRIES.stream()
              .map(entry -> Map.of("type", "env", "location", name(writer, entry), "value", value))
              .toList();
      return client.send("POST", path + "/changes", Map.of("set", set));
    }
    Map<String, String> values = new ConcurrentHashMap<>();
    ENTRIES.forEach(entry -> values.put(name(writer, entry), value));
    return client.send("PUT", path, Map.of("values", values));
  }

  static String name(int writer, String entry) {
    return "W" + writer + "_" + entry;
  }

  private void submit(Client client, String caller, Queue<CrashJob> jobs) {
    for (int number = 0; ; number++) {
      boolean lasting = number < LONG_JOBS;
      CrashJob job = CrashJob.of(directory, caller + "-" + number, lasting);
      jobs.add(job);
      Answer answer = tried(() -> job.send(client));
      if (answer == null) {
        return;
      }
      if (answer.status() != 202) {
        unexpected.add("submit: " + answer.status() + " " + answer.body());
      }
      Installation.pause(java.time.Duration.ofMillis(40));
    }
  }

  /** The answer; null where the server is gone. */
  private static @Nullable Answer tried(java.util.function.Supplier<Answer> request) {
    try {
      return request.get();
    } catch (UncheckedIOException e) {
      return null;
    }
  }

  private Thread thread(Runnable work) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                work.run();
              } catch (RuntimeException | Error e) { // Told where the test looks.
                unexpected.add("a caller failed: " + e);
              }
            });
  }
}
