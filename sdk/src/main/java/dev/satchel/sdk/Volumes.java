package dev.satchel.sdk;

import dev.satchel.api.Paths;
import dev.satchel.api.VolumeDeleted;
import dev.satchel.api.VolumeItem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The volumes of a server. Thread-safe. {@link Volume} has the same as handles that can be declared
 * before there is a client.
 */
public final class Volumes {
  private final Transport transport;

  Volumes(Transport transport) {
    this.transport = transport;
  }

  static String path(String name) {
    return Paths.VOLUMES + "/" + Call.segment(name);
  }

  /**
   * All volumes, with how each stands.
   *
   * @return by name
   */
  public Listing<VolumeItem> list() {
    return new Listing<>(transport, Call.get(Paths.VOLUMES), VolumeItem.class);
  }

  /**
   * All that is known of a volume.
   *
   * @param name of the volume
   * @return how it stands, and why
   * @throws NotFound where there is none
   */
  public VolumeItem get(String name) {
    return Waiting.on(getAsync(name));
  }

  /**
   * As {@link #get}.
   *
   * @param name of the volume
   * @return what get would answer or throw
   */
  public CompletableFuture<VolumeItem> getAsync(String name) {
    return transport.send(Call.get(path(name)), answer -> answer.as(VolumeItem.class));
  }

  /**
   * Creates a volume; where {@link VolumeRequest#createIfMissing} is called, one that is there, and
   * is what is asked for, will do.
   *
   * @param name 1 to 64 letters, digits, {@code _} or {@code -}, a letter first
   * @param volume is given what to fill
   * @return the volume
   * @throws AlreadyExists where there is one of this name
   * @throws Incompatible where there is one that will not do; nothing was changed
   * @throws Invalid where the server refuses what it is to be
   */
  public VolumeItem create(String name, Consumer<VolumeRequest> volume) {
    return Waiting.on(createAsync(name, volume));
  }

  /**
   * As {@link #create}.
   *
   * @param name of the volume
   * @param volume is given what to fill, before this returns
   * @return what create would answer or throw
   */
  public CompletableFuture<VolumeItem> createAsync(String name, Consumer<VolumeRequest> volume) {
    VolumeRequest filled = new VolumeRequest();
    volume.accept(filled);
    return createAsync(name, filled);
  }

  CompletableFuture<VolumeItem> createAsync(String name, VolumeRequest filled) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.putAll(filled.body());
    Call call = Call.post(Paths.VOLUMES, body).repeated(Call.Repeat.IF_NOT_DONE);
    if (filled.isCreateIfMissing()) { // Twice is once.
      body.put("create_if_missing", true);
      call = Call.post(Paths.VOLUMES, body).repeated(Call.Repeat.FREELY);
    }
    return transport.send(call, answer -> answer.as(VolumeItem.class));
  }

  /**
   * Deletes a volume that no workload uses, and its data.
   *
   * @param name of the volume
   * @return what was deleted
   * @throws InUse where workloads that have not ended use it
   * @throws NotFound where there is none
   */
  public VolumeDeleted delete(String name) {
    return delete(name, false);
  }

  /**
   * Deletes a volume and its data.
   *
   * @param name of the volume
   * @param force whether to delete it from under workloads too: what runs keeps the data until it
   *     ends, the next start fails
   * @return what was deleted, and whom a forced delete passed over
   * @throws InUse where workloads that have not ended use it, and it is not forced
   * @throws NotFound where there is none
   */
  public VolumeDeleted delete(String name, boolean force) {
    return Waiting.on(deleteAsync(name, force));
  }

  /**
   * As {@link #delete(String, boolean)}.
   *
   * @param name of the volume
   * @param force as there
   * @return what delete would answer or throw
   */
  public CompletableFuture<VolumeDeleted> deleteAsync(String name, boolean force) {
    return transport.send(
        Call.delete(path(name)).with("force", force ? true : null),
        answer -> answer.as(VolumeDeleted.class));
  }

  /**
   * The files of a volume. The server is not asked whether there is one.
   *
   * @param name of the volume
   * @return its files
   */
  public VolumeFiles files(String name) {
    return new VolumeFiles(transport, name);
  }

  @Override
  public String toString() {
    return "Volumes[" + transport.settings().url() + "]";
  }
}
