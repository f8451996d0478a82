package dev.satchel.sdk;

import dev.satchel.api.AssetItem;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What one run has reported for people, such as charts: at most 1,000, each with a content that is
 * JSON. Thread-safe.
 */
public final class RunAssets {
  private final Transport transport;
  private final Transfers transfers;
  private final String path;

  RunAssets(Transport transport, String run) {
    this.transport = transport;
    this.transfers = new Transfers(transport);
    this.path = run + "/assets";
  }

  /**
   * All of them, without their contents.
   *
   * @return in the program's order; none where it has reported none, or has not ended
   * @throws NotFound where there is no such run
   * @throws Forbidden where this token may not read what the run left
   */
  public List<AssetItem> list() {
    return Waiting.on(listAsync());
  }

  /**
   * As {@link #list}.
   *
   * @return what list would answer or throw
   */
  public CompletableFuture<List<AssetItem>> listAsync() {
    return transport.send(
        Call.get(path),
        answer ->
            answer.json().at("items").items().stream()
                .map(item -> Records.read(item, AssetItem.class))
                .toList());
  }

  /**
   * The content of one.
   *
   * @param asset its id, such as {@code asset-1}
   * @return JSON as the program wrote it; {@link #fetch} where it has more than 64 MiB
   * @throws NotFound where this run has no such asset
   */
  public String json(String asset) {
    return Waiting.on(jsonAsync(asset));
  }

  /**
   * As {@link #json}.
   *
   * @param asset its id
   * @return what json would answer or throw
   */
  public CompletableFuture<String> jsonAsync(String asset) {
    return Steps.then(address(asset), transfers::text);
  }

  /**
   * Fetches the content of one, of any size.
   *
   * @param asset its id, such as {@code asset-1}
   * @param to a file, which is there whole or not at all
   * @return that file
   * @throws NotFound where this run has no such asset
   */
  public Path fetch(String asset, Path to) {
    return Waiting.on(fetchAsync(asset, to));
  }

  /**
   * As {@link #fetch}.
   *
   * @param asset its id
   * @param to a file, which is there whole or not at all
   * @return what fetch would answer or throw
   */
  public CompletableFuture<Path> fetchAsync(String asset, Path to) {
    return Steps.then(address(asset), address -> transfers.file(address, to));
  }

  private CompletableFuture<String> address(String asset) {
    Call call = Call.get(path + "/" + Call.segment(asset));
    return transport.send(call, answer -> answer.json().text("download_url"));
  }

  @Override
  public String toString() {
    return "RunAssets[" + path + "]";
  }
}
