package dev.satchel.sdk;

import dev.satchel.api.Paths;
import dev.satchel.api.SecretDeleted;
import dev.satchel.api.SecretDetail;
import dev.satchel.api.SecretItem;
import dev.satchel.api.SecretWritten;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The bundles of secrets. Nothing here, and no route of the server, ever answers a value.
 * Thread-safe.
 *
 * <p>A write whose answer is lost is repeated only where twice is as good as once: {@link #put} is,
 * the others are not, and fail with {@link Unavailable} saying that they may have been done.
 */
public final class Secrets {
  private final Transport transport;

  Secrets(Transport transport) {
    this.transport = transport;
  }

  private static String path(String name) {
    return Paths.SECRETS + "/" + Call.segment(name);
  }

  private static Call write(String name, Consumer<Entries> entries) {
    Entries filled = new Entries();
    entries.accept(filled);
    return Call.put(path(name), Map.of("entries", filled.list()));
  }

  /**
   * All bundles: names, revisions, times and how many workloads use each.
   *
   * @return by name
   */
  public Listing<SecretItem> list() {
    return new Listing<>(transport, Call.get(Paths.SECRETS), SecretItem.class);
  }

  /**
   * All that may be told of a bundle: where its entries go, who uses it, who runs with an old
   * revision.
   *
   * @param name of the bundle
   * @return never a value
   * @throws NotFound where there is none
   */
  public SecretDetail get(String name) {
    return Waiting.on(getAsync(name));
  }

  /**
   * As {@link #get}.
   *
   * @param name of the bundle
   * @return what get would answer or throw
   */
  public CompletableFuture<SecretDetail> getAsync(String name) {
    return transport.send(Call.get(path(name)), answer -> answer.as(SecretDetail.class));
  }

  /**
   * Creates a bundle, or replaces all that the one of this name holds.
   *
   * @param name 1 to 64 letters, digits, {@code _} or {@code -}, a letter first
   * @param entries is given what to fill
   * @return the new revision, and what was added, replaced and dropped
   * @throws Invalid where the server refuses a name, a size or a place
   */
  public SecretWritten put(String name, Consumer<Entries> entries) {
    return Waiting.on(putAsync(name, entries));
  }

  /**
   * As {@link #put}.
   *
   * @param name of the bundle
   * @param entries is given what to fill, before this returns
   * @return what put would answer or throw
   */
  public CompletableFuture<SecretWritten> putAsync(String name, Consumer<Entries> entries) {
    return transport.send(write(name, entries), answer -> answer.as(SecretWritten.class));
  }

  /**
   * Creates a bundle, and never replaces one.
   *
   * @param name 1 to 64 letters, digits, {@code _} or {@code -}, a letter first
   * @param entries is given what to fill
   * @return revision 1
   * @throws AlreadyExists where there is one of this name
   */
  public SecretWritten createOnly(String name, Consumer<Entries> entries) {
    return Waiting.on(createOnlyAsync(name, entries));
  }

  /**
   * As {@link #createOnly}.
   *
   * @param name of the bundle
   * @param entries is given what to fill, before this returns
   * @return what createOnly would answer or throw
   */
  public CompletableFuture<SecretWritten> createOnlyAsync(String name, Consumer<Entries> entries) {
    Call call = write(name, entries).header("If-None-Match", "*").repeated(Call.Repeat.IF_NOT_DONE);
    return transport.send(call, answer -> answer.as(SecretWritten.class));
  }

  /**
   * Replaces all that a bundle holds, where it is as the caller saw it.
   *
   * @param name of the bundle
   * @param seen the revision that the caller saw
   * @param entries is given what to fill
   * @return the new revision
   * @throws RevisionMismatch where it has another by now
   */
  public SecretWritten replace(String name, long seen, Consumer<Entries> entries) {
    return Waiting.on(replaceAsync(name, seen, entries));
  }

  /**
   * As {@link #replace}.
   *
   * @param name of the bundle
   * @param seen the revision that the caller saw
   * @param entries is given what to fill, before this returns
   * @return what replace would answer or throw
   */
  public CompletableFuture<SecretWritten> replaceAsync(
      String name, long seen, Consumer<Entries> entries) {
    Call call =
        write(name, entries)
            .header("If-Match", "\"" + seen + "\"")
            .repeated(Call.Repeat.IF_NOT_DONE);
    return transport.send(call, answer -> answer.as(SecretWritten.class));
  }

  /**
   * Sets and removes single entries. Never repeated by the client.
   *
   * @param name of the bundle
   * @param changes is given what to fill
   * @return the new revision
   * @throws NotFound where there is no such bundle
   * @throws Invalid where an entry to remove is not there
   * @throws RevisionMismatch where {@link Changes#ifRevision} was asked and it has another
   */
  public SecretWritten change(String name, Consumer<Changes> changes) {
    return Waiting.on(changeAsync(name, changes));
  }

  /**
   * As {@link #change}.
   *
   * @param name of the bundle
   * @param changes is given what to fill, before this returns
   * @return what change would answer or throw
   */
  public CompletableFuture<SecretWritten> changeAsync(String name, Consumer<Changes> changes) {
    Changes filled = new Changes();
    changes.accept(filled);
    return transport.send(
        filled.call(path(name) + "/changes"), answer -> answer.as(SecretWritten.class));
  }

  /**
   * Deletes a bundle that no workload uses.
   *
   * @param name of the bundle
   * @return what was deleted
   * @throws InUse where workloads that have not ended use it
   * @throws NotFound where there is none
   */
  public SecretDeleted delete(String name) {
    return delete(name, false);
  }

  /**
   * Deletes a bundle.
   *
   * @param name of the bundle
   * @param force whether to delete it from under workloads too: what runs keeps what it has, its
   *     next start fails
   * @return what was deleted, and whom a forced delete passed over
   * @throws InUse where workloads that have not ended use it, and it is not forced
   * @throws NotFound where there is none
   */
  public SecretDeleted delete(String name, boolean force) {
    return Waiting.on(deleteAsync(name, force));
  }

  /**
   * As {@link #delete(String, boolean)}.
   *
   * @param name of the bundle
   * @param force as there
   * @return what delete would answer or throw
   */
  public CompletableFuture<SecretDeleted> deleteAsync(String name, boolean force) {
    return transport.send(
        Call.delete(path(name)).with("force", force ? true : null),
        answer -> answer.as(SecretDeleted.class));
  }

  @Override
  public String toString() {
    return "Secrets[" + transport.settings().url() + "]";
  }
}
