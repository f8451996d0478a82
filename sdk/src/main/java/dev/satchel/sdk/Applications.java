package dev.satchel.sdk;

import dev.satchel.api.ApplicationItem;
import dev.satchel.api.Paths;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The applications of the server: decision models that people push and run. Thread-safe. */
public final class Applications {
  private final Transport transport;

  Applications(Transport transport) {
    this.transport = transport;
  }

  /**
   * All of them.
   *
   * @return by id
   */
  public Listing<ApplicationItem> list() {
    return Listing.ofApplication(
        transport, Call.get(Paths.APPLICATIONS), "items", ApplicationItem.class);
  }

  /**
   * Makes an application, named as its id is.
   *
   * @param id 1 to 64 letters, digits, {@code . _ -}, a letter or digit first
   * @return a handle
   * @throws AlreadyExists where there is one of this id
   * @throws Invalid where the server refuses the id
   */
  public Application create(String id) {
    return create(id, about -> {});
  }

  /**
   * Makes an application.
   *
   * @param id 1 to 64 letters, digits, {@code . _ -}, a letter or digit first
   * @param about is given what to fill
   * @return a handle
   * @throws AlreadyExists where there is one of this id
   * @throws Invalid where the server refuses the id or a name
   */
  public Application create(String id, Consumer<ApplicationRequest> about) {
    return Waiting.on(createAsync(id, about));
  }

  /**
   * As {@link #create(String, Consumer)}.
   *
   * @param id of the application
   * @param about is given what to fill, before this returns
   * @return what create would answer or throw
   */
  public CompletableFuture<Application> createAsync(String id, Consumer<ApplicationRequest> about) {
    ApplicationRequest filled = new ApplicationRequest();
    about.accept(filled);
    Call call = Call.post(Paths.APPLICATIONS, filled.body(id)).repeated(Call.Repeat.IF_NOT_DONE);
    return transport.send(call, answer -> new Application(transport, id));
  }

  /**
   * All that is told of one.
   *
   * @param id of the application
   * @return how it stands now
   * @throws NotFound where there is none
   */
  public ApplicationItem get(String id) {
    return Waiting.on(getAsync(id));
  }

  /**
   * As {@link #get}.
   *
   * @param id of the application
   * @return what get would answer or throw
   */
  public CompletableFuture<ApplicationItem> getAsync(String id) {
    return transport.send(
        Call.get(Application.path(id)), answer -> answer.as(ApplicationItem.class));
  }

  /**
   * Changes what is given of an application.
   *
   * @param id of the application
   * @param about is given what to fill
   * @return how it is by now
   * @throws NotFound where there is none
   */
  public ApplicationItem update(String id, Consumer<ApplicationRequest> about) {
    return Waiting.on(updateAsync(id, about));
  }

  /**
   * As {@link #update}.
   *
   * @param id of the application
   * @param about is given what to fill, before this returns
   * @return what update would answer or throw
   */
  public CompletableFuture<ApplicationItem> updateAsync(
      String id, Consumer<ApplicationRequest> about) {
    ApplicationRequest filled = new ApplicationRequest();
    about.accept(filled);
    return transport.send(
        Call.put(Application.path(id), filled.body()), answer -> answer.as(ApplicationItem.class));
  }

  /**
   * Deletes an application with all that is in it, for good.
   *
   * @param id of the application
   * @throws InUse where runs of it have not ended
   * @throws NotFound where there is none
   */
  public void delete(String id) {
    Waiting.on(deleteAsync(id));
  }

  /**
   * As {@link #delete}.
   *
   * @param id of the application
   * @return fails with what delete would throw
   */
  public CompletableFuture<Void> deleteAsync(String id) {
    return transport.send(Call.delete(Application.path(id)), Answer::nothing);
  }

  @Override
  public String toString() {
    return "Applications[" + transport.settings().url() + "]";
  }
}
