package dev.satchel.sdk;

import dev.satchel.api.VersionItem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The versions of one application: what was pushed, frozen. Thread-safe. */
public final class Versions {
  private final Transport transport;
  private final String path;

  Versions(Transport transport, String application) {
    this.transport = transport;
    this.path = Application.path(application) + "/versions";
  }

  private String path(String id) {
    return path + "/" + Call.segment(id);
  }

  /**
   * All of them.
   *
   * @return by id
   */
  public Listing<VersionItem> list() {
    return Listing.ofApplication(transport, Call.get(path), "items", VersionItem.class);
  }

  /**
   * Freezes what was pushed last.
   *
   * @param id 1 to 64 letters, digits, {@code . _ -}, a letter or digit first
   * @return the version
   * @throws AlreadyExists where there is one of this id
   * @throws Conflict where nothing was pushed yet
   */
  public VersionItem create(String id) {
    return create(id, id, "");
  }

  /**
   * As {@link #create(String)}.
   *
   * @param id of the version
   * @param name for people
   * @param description what it is for
   * @return the version
   * @throws AlreadyExists where there is one of this id
   * @throws Conflict where nothing was pushed yet
   */
  public VersionItem create(String id, String name, String description) {
    return Waiting.on(createAsync(id, name, description));
  }

  /**
   * As {@link #create(String, String, String)}.
   *
   * @param id of the version
   * @param name for people
   * @param description what it is for
   * @return what create would answer or throw
   */
  public CompletableFuture<VersionItem> createAsync(String id, String name, String description) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", id);
    body.put("name", name);
    body.put("description", description);
    Call call = Call.post(path, body).repeated(Call.Repeat.IF_NOT_DONE);
    return transport.send(call, answer -> answer.as(VersionItem.class));
  }

  /**
   * One version.
   *
   * @param id of the version
   * @return what it is
   * @throws NotFound where there is none
   */
  public VersionItem get(String id) {
    return Waiting.on(getAsync(id));
  }

  /**
   * As {@link #get}.
   *
   * @param id of the version
   * @return what get would answer or throw
   */
  public CompletableFuture<VersionItem> getAsync(String id) {
    return transport.send(Call.get(path(id)), answer -> answer.as(VersionItem.class));
  }

  /**
   * Deletes a version that no instance runs.
   *
   * @param id of the version
   * @throws InUse where instances run it
   * @throws NotFound where there is none
   */
  public void delete(String id) {
    Waiting.on(deleteAsync(id));
  }

  /**
   * As {@link #delete}.
   *
   * @param id of the version
   * @return fails with what delete would throw
   */
  public CompletableFuture<Void> deleteAsync(String id) {
    return transport.send(Call.delete(path(id)), Answer::nothing);
  }

  @Override
  public String toString() {
    return "Versions[" + path + "]";
  }
}
