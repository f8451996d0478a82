package dev.satchel.sdk;

import dev.satchel.sdk.discovery.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Sends and fetches files at the addresses that the server hands out. An address is all that it
 * takes: no token goes there, wherever it leads. An upload works once, so nothing is repeated.
 */
final class Transfers {
  /** The slowest line that is put up with, besides the time that any call has. */
  private static final long BYTES_PER_SECOND = 128 << 10;

  private static final long SIZE_MAX = 1L << 30; // More than the server keeps.

  private final Transport transport;

  Transfers(Transport transport) {
    this.transport = transport;
  }

  CompletableFuture<Boolean> send(String address, BodyPublisher body) {
    HttpRequest request = request(address).PUT(body).build();
    return transport.bare(
        request, head -> new LimitedText(), answer -> true, within(body.contentLength()));
  }

  /** Fetches text, up to a size that is held in memory. */
  CompletableFuture<String> text(String address) {
    HttpRequest request = request(address).GET().build();
    return transport.bare(request, head -> new LimitedText(), text -> text, within(64 << 20));
  }

  /** Fetches a file, which is there whole or not at all. */
  CompletableFuture<Path> file(String address, Path to) {
    Path part = part(to);
    HttpRequest request = request(address).GET().build();
    CompletableFuture<Path> fetched =
        transport.bare(
            request,
            head ->
                head.statusCode() == 200
                    ? BodySubscribers.mapping(BodySubscribers.ofFile(part), file -> "")
                    : new LimitedText(),
            done -> moved(part, to),
            within(SIZE_MAX));
    Transport.atEnd(fetched, (file, failure) -> removed(part));
    return fetched;
  }

  /** Where a file is until it is whole. */
  static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  private static Path moved(Path from, Path to) {
    try {
      return Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  private static void removed(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException left) { // It says by its name what it is.
    }
  }

  private Duration within(long bytes) {
    return transport.settings().timeout().plusSeconds(bytes / BYTES_PER_SECOND);
  }

  private HttpRequest.Builder request(String address) {
    return HttpRequest.newBuilder(uri(address)).setHeader("User-Agent", "satchel-sdk");
  }

  private URI uri(String address) {
    URI reached = Address.reached(transport.settings().url(), address);
    if (reached == null) {
      throw new RemoteFailure(Refusal.unreadable(200));
    }
    return reached;
  }
}
