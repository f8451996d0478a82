package dev.satchel.sdk;

import dev.satchel.api.SecretsCollectionSummary;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The secrets collections of one application. They go to the runs that name them, or whose instance
 * does. Thread-safe.
 */
public final class SecretsCollections {
  private final Transport transport;
  private final String path;

  SecretsCollections(Transport transport, String application) {
    this.transport = transport;
    this.path = Application.path(application) + "/secrets";
  }

  private String path(String id) {
    return path + "/" + Call.segment(id);
  }

  /**
   * All of them.
   *
   * @return by id, without values
   */
  public Listing<SecretsCollectionSummary> list() {
    return Listing.ofApplication(
        transport, Call.get(path), "items", SecretsCollectionSummary.class);
  }

  /**
   * Makes a collection.
   *
   * @param id 1 to 64 letters, digits, {@code . _ -}, a letter or digit first
   * @param collection is given what to fill
   * @return without values
   * @throws AlreadyExists where there is one of this id
   * @throws Invalid where the server refuses a name, a place or a size
   */
  public SecretsCollectionSummary create(String id, Consumer<CollectionRequest> collection) {
    return Waiting.on(createAsync(id, collection));
  }

  /**
   * As {@link #create}.
   *
   * @param id of the collection
   * @param collection is given what to fill, before this returns
   * @return what create would answer or throw
   */
  public CompletableFuture<SecretsCollectionSummary> createAsync(
      String id, Consumer<CollectionRequest> collection) {
    CollectionRequest filled = new CollectionRequest();
    collection.accept(filled);
    return transport.send(
        filled.create(path, id), answer -> answer.as(SecretsCollectionSummary.class));
  }

  /**
   * Reads a collection with its values, which the server records each time.
   *
   * @param id of the collection
   * @return with values, to be closed
   * @throws Forbidden where the token may not reveal: it is no admin's and no revealer's
   * @throws NotFound where there is none
   */
  public SecretsCollection reveal(String id) {
    return Waiting.on(revealAsync(id));
  }

  /**
   * As {@link #reveal}.
   *
   * @param id of the collection
   * @return what reveal would answer or throw
   */
  public CompletableFuture<SecretsCollection> revealAsync(String id) {
    return transport.send(Call.get(path(id)), SecretsCollection::of);
  }

  /**
   * Changes what is given of a collection. Secrets that are given replace all that are there: to
   * add one without them, {@link #reveal} and {@link Entries#addAll} what is there first. Runs that
   * have begun keep what they have.
   *
   * @param id of the collection
   * @param change is given what to fill
   * @return without values
   * @throws NotFound where there is none
   * @throws Conflict where {@link CollectionRequest#ifUpdatedAt} was asked and somebody wrote since
   */
  public SecretsCollectionSummary update(String id, Consumer<CollectionRequest> change) {
    return Waiting.on(updateAsync(id, change));
  }

  /**
   * As {@link #update}.
   *
   * @param id of the collection
   * @param change is given what to fill, before this returns
   * @return what update would answer or throw
   */
  public CompletableFuture<SecretsCollectionSummary> updateAsync(
      String id, Consumer<CollectionRequest> change) {
    CollectionRequest filled = new CollectionRequest();
    change.accept(filled);
    return transport.send(
        filled.update(path(id)), answer -> answer.as(SecretsCollectionSummary.class));
  }

  /**
   * Deletes a collection for good.
   *
   * @param id of the collection
   * @throws InUse where runs that have not ended use it
   * @throws NotFound where there is none
   */
  public void delete(String id) {
    Waiting.on(deleteAsync(id));
  }

  /**
   * As {@link #delete}.
   *
   * @param id of the collection
   * @return fails with what delete would throw
   */
  public CompletableFuture<Void> deleteAsync(String id) {
    return transport.send(Call.delete(path(id)), Answer::nothing);
  }

  @Override
  public String toString() {
    return "SecretsCollections[" + path + "]";
  }
}
