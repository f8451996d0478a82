package dev.satchel.sdk;

import dev.satchel.api.RunDetail;
import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import dev.satchel.sdk.pack.Pack;
import dev.satchel.sdk.pack.PackException;
import dev.satchel.sdk.pack.Unpack;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** How code and inputs reach the server, and outputs come back, step after step. */
final class Runs {
  /** What the server answers within an answer; what is larger has an address. */
  private static final long INLINE_MAX_BYTES = 5 << 20;

  /** What is read into memory at the most. */
  private static final long READ_MAX_BYTES = 64 << 20;

  private static final Set<String> FILES = Set.of("multi-file", "csv-archive");

  private final Transport transport;
  private final Transfers transfers;
  private final String application;
  private final String path;

  Runs(Transport transport, String application) {
    this.transport = transport;
    this.transfers = new Transfers(transport);
    this.application = Application.path(application);
    this.path = this.application + "/runs";
  }

  String path(String run) {
    return path + "/" + Call.segment(run);
  }

  /** Address, archive, and then what it is: the last step alone changes what runs. */
  CompletableFuture<Void> push(Path directory, boolean prepared) {
    Pack pack = packed(() -> Pack.ofCode(directory, prepared));
    CompletableFuture<String> address =
        transport.send(
            Call.get(application + "/binary").repeated(Call.Repeat.IF_NOT_DONE),
            answer -> answer.json().text("upload_url"));
    Call activate =
        Call.put(application + "/binary", Map.of("requirements", pack.requirements()))
            .repeated(Call.Repeat.IF_NOT_DONE);
    CompletableFuture<Void> pushed =
        Steps.then(
            Steps.then(address, at -> transfers.send(at, file(pack.archive()))),
            sent -> transport.send(activate, Answer::nothing));
    Transport.atEnd(pushed, (done, failure) -> pack.close());
    return pushed;
  }

  CompletableFuture<String> submit(RunRequest run) {
    return Steps.then(onServer(run.input(), true), given -> send(run.call(path, given)));
  }

  /**
   * Sends an input, unless it is on the server or goes within a request.
   *
   * @param mayBeInline whether a small document goes within the request that names it
   * @return what the request is to name
   */
  CompletableFuture<RunInput> onServer(RunInput input, boolean mayBeInline) {
    if (input instanceof RunInput.Document json) {
      byte[] bytes = json.bytes();
      return mayBeInline && bytes.length <= INLINE_MAX_BYTES
          ? CompletableFuture.completedFuture(json)
          : sent(BodyPublishers.ofByteArray(bytes));
    }
    if (input instanceof RunInput.Text text) {
      return sent(BodyPublishers.ofByteArray(text.bytes()));
    }
    if (input instanceof RunInput.File file) {
      return sent(file(file.path()));
    }
    if (input instanceof RunInput.Directory directory) {
      Pack pack = packed(() -> Pack.ofInput(directory.path()));
      CompletableFuture<RunInput> sent = sent(file(pack.archive()));
      Transport.atEnd(sent, (done, failure) -> pack.close());
      return sent;
    }
    return CompletableFuture.completedFuture(input);
  }

  private CompletableFuture<RunInput> sent(BodyPublisher input) {
    Call ask = Call.post(path + "/uploadurl", Map.of()).repeated(Call.Repeat.FREELY);
    return Steps.then(
        transport.send(ask, Answer::json), // Another address is as good.
        upload ->
            Steps.then(
                transfers.send(upload.text("upload_url"), input),
                done ->
                    CompletableFuture.completedFuture(
                        new RunInput.Kept("upload_id", upload.text("upload_id")))));
  }

  private CompletableFuture<String> send(Call call) {
    return transport.send(call, answer -> answer.json().text("run_id"));
  }

  private static BodyPublisher file(Path file) {
    try {
      return BodyPublishers.ofFile(file);
    } catch (FileNotFoundException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Pack packed(Supplier<Pack> pack) {
    try {
      return pack.get();
    } catch (PackException refused) {
      throw new Invalid(refused.what(), refused);
    }
  }

  Call metadata(String run) {
    return Call.get(path(run) + "/metadata");
  }

  CompletableFuture<RunResult> resultAtEnd(String run, PollingOptions polling) {
    return Steps.then(
        new RunAwaiting(transport, run, metadata(run), polling).begin(), end -> result(run));
  }

  /** The output comes within the answer, or, where it is large, from an address of its own. */
  CompletableFuture<RunResult> result(String run) {
    return Steps.then(
        transport.send(Call.get(path(run)), answer -> answer),
        answer -> {
          RunDetail detail = answer.as(RunDetail.class);
          Node output = answer.json().at("output");
          return isLargeJson(detail)
              ? fetched(run, detail)
              : CompletableFuture.completedFuture(new RunResult(detail, output));
        });
  }

  private CompletableFuture<RunResult> fetched(String run, RunDetail detail) {
    return Steps.then(
        Steps.then(address(run), transfers::text),
        text -> CompletableFuture.completedFuture(read(detail, text)));
  }

  private static boolean isLargeJson(RunDetail run) {
    long size = run.metadata().outputSize();
    boolean json = outputFormat(run).equals("json");
    return json && size > INLINE_MAX_BYTES && size < READ_MAX_BYTES;
  }

  private static RunResult read(RunDetail detail, String text) {
    try {
      return new RunResult(detail, Json.read(text));
    } catch (IllegalArgumentException cut) { // What a failed run printed may be no JSON.
      return new RunResult(detail, Node.ABSENT);
    }
  }

  CompletableFuture<Path> output(String run, Path to) {
    return Steps.then(address(run), address -> transfers.file(address, to));
  }

  /** The archive goes to a file first: an answer that breaks off leaves the directory alone. */
  CompletableFuture<Path> files(String run, Path to) {
    return Steps.then(
        transport.send(metadata(run), answer -> answer.as(RunDetail.class)),
        detail -> {
          String format = outputFormat(detail);
          if (!FILES.contains(format)) {
            throw new Invalid("The output of run " + run + " is " + format + ", not files.", null);
          }
          Path place = temporary();
          Path archive = place.resolve("output");
          CompletableFuture<Path> unpacked =
              Steps.then(
                  output(run, archive),
                  file -> CompletableFuture.supplyAsync(() -> unpacked(file, to)));
          Transport.atEnd(unpacked, (done, failure) -> removed(archive, place));
          return unpacked;
        });
  }

  private static Path unpacked(Path archive, Path to) {
    try {
      Unpack.into(archive, to);
      return to;
    } catch (PackException refused) {
      throw new RemoteFailure(new Refusal(200, "", refused.what(), Node.ABSENT));
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("satchel-"); // For its owner alone.
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  private static void removed(Path archive, Path place) {
    try {
      Files.deleteIfExists(archive);
      Files.deleteIfExists(Transfers.part(archive));
      Files.deleteIfExists(place);
    } catch (IOException left) {
      throw new UncheckedIOException(left);
    }
  }

  private static String outputFormat(RunDetail run) {
    var format = run.metadata().format().output();
    return format == null ? "json" : format.type();
  }

  private CompletableFuture<String> address(String run) {
    Call call = Call.get(path(run) + "/output").with("format", "url").with("as_printed", "true");
    return transport.send(call, answer -> answer.json().text("url"));
  }
}
