package dev.satchel.sdk;

import dev.satchel.api.InstanceItem;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The instances of one application: how a version of it is run. Thread-safe. */
public final class Instances {
  private final Transport transport;
  private final String path;

  Instances(Transport transport, String application) {
    this.transport = transport;
    this.path = Application.path(application) + "/instances";
  }

  private String path(String id) {
    return path + "/" + Call.segment(id);
  }

  /**
   * All of them, without {@code latest} and {@code devint}, which are always there.
   *
   * @return by id
   */
  public Listing<InstanceItem> list() {
    return Listing.ofApplication(transport, Call.get(path), "items", InstanceItem.class);
  }

  /**
   * Makes an instance.
   *
   * @param id 1 to 64 letters, digits, {@code . _ -}, a letter or digit first
   * @param instance is given what to fill; its version must be
   * @return the instance
   * @throws AlreadyExists where there is one of this id
   * @throws Invalid where a version or collection that it names is not there
   */
  public InstanceItem create(String id, Consumer<InstanceRequest> instance) {
    return Waiting.on(createAsync(id, instance));
  }

  /**
   * As {@link #create}.
   *
   * @param id of the instance
   * @param instance is given what to fill, before this returns
   * @return what create would answer or throw
   */
  public CompletableFuture<InstanceItem> createAsync(
      String id, Consumer<InstanceRequest> instance) {
    InstanceRequest filled = new InstanceRequest();
    instance.accept(filled);
    Call call = Call.post(path, filled.body(id)).repeated(Call.Repeat.IF_NOT_DONE);
    return transport.send(call, answer -> answer.as(InstanceItem.class));
  }

  /**
   * One instance.
   *
   * @param id of the instance
   * @return how it is now
   * @throws NotFound where there is none
   */
  public InstanceItem get(String id) {
    return Waiting.on(getAsync(id));
  }

  /**
   * As {@link #get}.
   *
   * @param id of the instance
   * @return what get would answer or throw
   */
  public CompletableFuture<InstanceItem> getAsync(String id) {
    return transport.send(Call.get(path(id)), answer -> answer.as(InstanceItem.class));
  }

  /**
   * Changes what is given of an instance.
   *
   * @param id of the instance
   * @param change is given what to fill
   * @return how it is by now
   * @throws NotFound where there is none
   * @throws Conflict where it is locked
   */
  public InstanceItem update(String id, Consumer<InstanceRequest> change) {
    return Waiting.on(updateAsync(id, change));
  }

  /**
   * As {@link #update}.
   *
   * @param id of the instance
   * @param change is given what to fill, before this returns
   * @return what update would answer or throw
   */
  public CompletableFuture<InstanceItem> updateAsync(String id, Consumer<InstanceRequest> change) {
    InstanceRequest filled = new InstanceRequest();
    change.accept(filled);
    return transport.send(
        Call.put(path(id), filled.body()), answer -> answer.as(InstanceItem.class));
  }

  /**
   * Locks an instance against changes, or unlocks it.
   *
   * @param id of the instance
   * @param locked whether it is to be
   * @return how it is by now
   * @throws NotFound where there is none
   */
  public InstanceItem lock(String id, boolean locked) {
    return Waiting.on(lockAsync(id, locked));
  }

  /**
   * As {@link #lock}.
   *
   * @param id of the instance
   * @param locked whether it is to be
   * @return what lock would answer or throw
   */
  public CompletableFuture<InstanceItem> lockAsync(String id, boolean locked) {
    return transport.send(
        Call.put(path(id) + "/lock", Map.of("locked", locked)),
        answer -> answer.as(InstanceItem.class));
  }

  /**
   * Deletes an instance.
   *
   * @param id of the instance
   * @throws Conflict where it is locked
   * @throws NotFound where there is none
   */
  public void delete(String id) {
    Waiting.on(deleteAsync(id));
  }

  /**
   * As {@link #delete}.
   *
   * @param id of the instance
   * @return fails with what delete would throw
   */
  public CompletableFuture<Void> deleteAsync(String id) {
    return transport.send(Call.delete(path(id)), Answer::nothing);
  }

  @Override
  public String toString() {
    return "Instances[" + path + "]";
  }
}
