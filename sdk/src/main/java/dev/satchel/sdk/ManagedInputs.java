package dev.satchel.sdk;

import dev.satchel.api.ManagedInputItem;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The managed inputs of one application: inputs that are kept for runs to come, at most 1,000. A
 * run that is given one ({@link RunRequest#managedInput}) has its own from then on. Thread-safe.
 */
public final class ManagedInputs {
  private final Transport transport;
  private final Runs runs;
  private final String path;

  ManagedInputs(Transport transport, String application, Runs runs) {
    this.transport = transport;
    this.runs = runs;
    this.path = Application.path(application) + "/inputs";
  }

  private String path(String id) {
    return path + "/" + Call.segment(id);
  }

  /**
   * All of them, without what is in them.
   *
   * @return by id
   */
  public Listing<ManagedInputItem> list() {
    return Listing.ofApplication(transport, Call.get(path), "items", ManagedInputItem.class);
  }

  /**
   * Keeps an input, which is sent first, or is a run's.
   *
   * @param id 1 to 64 letters, digits, {@code . _ -}, a letter or digit first
   * @param input is given what to fill; what is kept must be said
   * @return what was made
   * @throws AlreadyExists where there is one of this id
   * @throws Invalid where nothing is said that could be kept, or the run had no input
   * @throws NotFound where there is no such application or run
   */
  public ManagedInputItem create(String id, Consumer<ManagedInputRequest> input) {
    return Waiting.on(createAsync(id, input));
  }

  /**
   * As {@link #create}.
   *
   * @param id of the managed input
   * @param input is given what to fill, before this returns
   * @return what create would answer or throw
   */
  public CompletableFuture<ManagedInputItem> createAsync(
      String id, Consumer<ManagedInputRequest> input) {
    ManagedInputRequest filled = new ManagedInputRequest();
    input.accept(filled);
    return Steps.then(
        runs.onServer(filled.input(), false),
        kept -> {
          Call call = Call.post(path, filled.body(id, kept)).repeated(Call.Repeat.IF_NOT_DONE);
          return transport.send(call, answer -> answer.as(ManagedInputItem.class));
        });
  }

  /**
   * One managed input, without what is in it.
   *
   * @param id of the managed input
   * @return how it is now
   * @throws NotFound where there is none
   */
  public ManagedInputItem get(String id) {
    return Waiting.on(getAsync(id));
  }

  /**
   * As {@link #get}.
   *
   * @param id of the managed input
   * @return what get would answer or throw
   */
  public CompletableFuture<ManagedInputItem> getAsync(String id) {
    return transport.send(Call.get(path(id)), answer -> answer.as(ManagedInputItem.class));
  }

  /**
   * Changes what is given of its name and description. Nothing else of it changes.
   *
   * @param id of the managed input
   * @param change is given what to fill
   * @return how it is by now
   * @throws NotFound where there is none
   * @throws Invalid where another input or format is said: make another one for that
   */
  public ManagedInputItem update(String id, Consumer<ManagedInputRequest> change) {
    return Waiting.on(updateAsync(id, change));
  }

  /**
   * As {@link #update}.
   *
   * @param id of the managed input
   * @param change is given what to fill, before this returns
   * @return what update would answer or throw
   */
  public CompletableFuture<ManagedInputItem> updateAsync(
      String id, Consumer<ManagedInputRequest> change) {
    ManagedInputRequest filled = new ManagedInputRequest();
    change.accept(filled);
    return transport.send(
        Call.put(path(id), filled.change()), answer -> answer.as(ManagedInputItem.class));
  }

  /**
   * Deletes a managed input for good; runs that were given it keep theirs.
   *
   * @param id of the managed input
   * @throws NotFound where there is none
   */
  public void delete(String id) {
    Waiting.on(deleteAsync(id));
  }

  /**
   * As {@link #delete}.
   *
   * @param id of the managed input
   * @return fails with what delete would throw
   */
  public CompletableFuture<Void> deleteAsync(String id) {
    return transport.send(Call.delete(path(id)), Answer::nothing);
  }

  @Override
  public String toString() {
    return "ManagedInputs[" + path + "]";
  }
}
