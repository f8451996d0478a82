package dev.satchel.sdk;

import dev.satchel.api.VolumeItem;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A handle of named storage: what it is, as far as it was declared or the server told, and how
 * whoever is given the handle mounts it. Immutable and thread-safe; its fields are as they were
 * when it was made.
 *
 * <p>What asks the server takes a client or the address of a server; without one it asks whom the
 * handle came from, else the server that the environment names ({@link
 * ControlPlaneClient#fromEnvironment}), found once in the life of a program. Forced deletes and
 * asynchronous twins: {@link Volumes}.
 */
public final class Volume {
  /** In the server's store: any number of workloads use it at once. */
  public static final String CLOUD_BUCKET = "cloud_bucket";

  /**
   * On one machine: reserved when it is made, bound to the machine of its first placement; one
   * workload uses it at a time, and mounts at most one such.
   */
  public static final String VAST_LOCAL = "vast_local";

  private final Told told;
  private final Use use;
  private final Reach reach;

  /** What is known of the volume itself. */
  record Told(
      String name,
      String backend,
      @Nullable Integer sizeGb,
      @Nullable String volumeId,
      @Nullable String machineId,
      @Nullable String mountPathDefault,
      List<String> geolocation,
      @Nullable String status) {
    Told {
      geolocation = List.copyOf(geolocation);
    }

    static Told by(VolumeItem item) {
      return new Told(
          item.name(),
          item.backend(),
          item.sizeGb(),
          item.volumeId(),
          item.machineId(),
          item.mountPathDefault(),
          item.geolocation(),
          item.status());
    }
  }

  /**
   * How it is mounted.
   *
   * @param path null for the volume's own default
   * @param subdirectory empty for all of it
   * @param create whether a submit makes it where it is missing
   * @param sync whether it is a directory that is filled and written back
   */
  record Use(
      @Nullable String path, boolean readOnly, String subdirectory, boolean create, boolean sync) {
    Use(@Nullable String path, boolean readOnly, String subdirectory, boolean create) {
      this(path, readOnly, subdirectory, create, false);
    }
  }

  Volume(Told told, Use use, Reach reach) {
    this.told = told;
    this.use = use;
    this.reach = reach;
  }

  static Volume by(VolumeItem item, @Nullable String mountPath, Reach reach) {
    return new Volume(Told.by(item), new Use(mountPath, false, "", false), reach);
  }

  /**
   * The volume of a name. Never asks the server, so that it may name one that is not there yet.
   *
   * @param name of the volume
   * @return a handle
   */
  public static Volume fromName(String name) {
    return fromName(name, v -> {});
  }

  /**
   * The volume of a name, declared with what it is. With {@link VolumeRequest#createIfMissing} one
   * request is made at once, which creates it where it is missing; within a running attempt, and
   * without that, nothing is asked.
   *
   * @param name of the volume
   * @param volume is given what to fill
   * @return a handle
   * @throws Incompatible where there is one of another backend, or another size than is asked for;
   *     nothing was changed
   */
  public static Volume fromName(String name, Consumer<VolumeRequest> volume) {
    return fromName(name, volume, Reach.DEFAULT);
  }

  /**
   * As {@link #fromName(String, Consumer)}, by a client of the caller's.
   *
   * @param name of the volume
   * @param volume is given what to fill
   * @param client asks the server
   * @return a handle
   */
  public static Volume fromName(
      String name, Consumer<VolumeRequest> volume, ControlPlaneClient client) {
    return fromName(name, volume, Reach.by(client));
  }

  /**
   * As {@link #fromName(String, Consumer)}, on a server of that address.
   *
   * @param name of the volume
   * @param volume is given what to fill
   * @param baseUrl such as {@code https://satchel.example.com}
   * @return a handle
   */
  public static Volume fromName(String name, Consumer<VolumeRequest> volume, URI baseUrl) {
    return fromName(name, volume, Reach.at(baseUrl));
  }

  private static Volume fromName(String name, Consumer<VolumeRequest> volume, Reach reach) {
    VolumeRequest filled = filled(volume);
    return filled.isCreateIfMissing() && !RunningAttempt.isHere()
        ? made(name, filled, reach)
        : filled.volume(name, reach);
  }

  private static VolumeRequest filled(Consumer<VolumeRequest> volume) {
    VolumeRequest filled = new VolumeRequest();
    volume.accept(filled);
    return filled;
  }

  private static Volume made(String name, VolumeRequest filled, Reach reach) {
    Volumes volumes = reach.client().volumes();
    return by(Waiting.on(volumes.createAsync(name, filled)), filled.mountPath(), reach);
  }

  /**
   * A volume in the server's store, which the first submit that mounts it makes where it is
   * missing. Asks nothing.
   *
   * @param name of the volume
   * @return a handle, to be mounted at the volume's own path
   */
  public static Volume cloud(String name) {
    return declared(name, v -> {});
  }

  /**
   * As {@link #cloud(String)}.
   *
   * @param name of the volume
   * @param mountPath absolute
   * @return a handle
   */
  public static Volume cloud(String name, String mountPath) {
    return declared(name, v -> v.mountPath(mountPath));
  }

  /**
   * A volume on the machine of its first placement, which the first submit that mounts it makes
   * where it is missing. Asks nothing.
   *
   * @param name of the volume
   * @param sizeGb in units of 10^9 bytes
   * @return a handle, to be mounted at the volume's own path
   */
  public static Volume vastLocal(String name, int sizeGb) {
    return declared(name, v -> v.backend(VAST_LOCAL).sizeGb(sizeGb));
  }

  /**
   * As {@link #vastLocal(String, int)}.
   *
   * @param name of the volume
   * @param sizeGb in units of 10^9 bytes
   * @param mountPath absolute
   * @return a handle
   */
  public static Volume vastLocal(String name, int sizeGb, String mountPath) {
    return declared(name, v -> v.backend(VAST_LOCAL).sizeGb(sizeGb).mountPath(mountPath));
  }

  private static Volume declared(String name, Consumer<VolumeRequest> volume) {
    Volume plain = filled(volume).volume(name, Reach.DEFAULT);
    return plain.with(new Use(plain.use.path(), false, "", true));
  }

  /**
   * Creates a volume in the server's store.
   *
   * @param name 1 to 64 letters, digits, {@code _} or {@code -}, a letter first
   * @return a handle
   * @throws AlreadyExists where there is one of this name
   */
  public static Volume create(String name) {
    return create(name, v -> {});
  }

  /**
   * Creates a volume.
   *
   * @param name 1 to 64 letters, digits, {@code _} or {@code -}, a letter first
   * @param volume is given what to fill
   * @return a handle
   * @throws AlreadyExists where there is one of this name
   * @throws Invalid where the server refuses what it is to be
   */
  public static Volume create(String name, Consumer<VolumeRequest> volume) {
    return made(name, filled(volume), Reach.DEFAULT);
  }

  /**
   * As {@link #create(String, Consumer)}, by a client of the caller's.
   *
   * @param name of the volume
   * @param volume is given what to fill
   * @param client asks the server
   * @return a handle
   */
  public static Volume create(
      String name, Consumer<VolumeRequest> volume, ControlPlaneClient client) {
    return made(name, filled(volume), Reach.by(client));
  }

  /**
   * As {@link #create(String, Consumer)}, on a server of that address.
   *
   * @param name of the volume
   * @param volume is given what to fill
   * @param baseUrl such as {@code https://satchel.example.com}
   * @return a handle
   */
  public static Volume create(String name, Consumer<VolumeRequest> volume, URI baseUrl) {
    return made(name, filled(volume), Reach.at(baseUrl));
  }

  /**
   * All volumes of the server that the environment names.
   *
   * @return by name
   */
  public static List<Volume> list() {
    return list(Reach.DEFAULT);
  }

  /**
   * All volumes, by a client of the caller's.
   *
   * @param client asks the server
   * @return by name
   */
  public static List<Volume> list(ControlPlaneClient client) {
    return list(Reach.by(client));
  }

  /**
   * All volumes of a server of that address.
   *
   * @param baseUrl such as {@code https://satchel.example.com}
   * @return by name
   */
  public static List<Volume> list(URI baseUrl) {
    return list(Reach.at(baseUrl));
  }

  private static List<Volume> list(Reach reach) {
    return reach.client().volumes().list().stream().map(item -> by(item, null, reach)).toList();
  }

  /**
   * Deletes it, and its data.
   *
   * @return what was deleted
   * @throws InUse where workloads that have not ended use it; {@link Volumes#delete(String,
   *     boolean)} deletes it from under them
   * @throws NotFound where there is none
   */
  public VolumeResponse delete() {
    return delete(reach);
  }

  /**
   * As {@link #delete()}, by a client of the caller's.
   *
   * @param client asks the server
   * @return what was deleted
   */
  public VolumeResponse delete(ControlPlaneClient client) {
    return delete(Reach.by(client));
  }

  /**
   * As {@link #delete()}, on a server of that address.
   *
   * @param baseUrl such as {@code https://satchel.example.com}
   * @return what was deleted
   */
  public VolumeResponse delete(URI baseUrl) {
    return delete(Reach.at(baseUrl));
  }

  private VolumeResponse delete(Reach where) {
    return VolumeResponse.of(where.client().volumes().delete(told.name()));
  }

  /**
   * A volume for as long as it is open: to be used in a {@code try} that closes it.
   *
   * @return its handle, and what renews its lease
   */
  public static EphemeralVolume ephemeral() {
    return ephemeral(e -> {});
  }

  /**
   * A volume for as long as it is open.
   *
   * @param volume is given what to fill
   * @return its handle, and what renews its lease
   */
  public static EphemeralVolume ephemeral(Consumer<EphemeralRequest> volume) {
    return EphemeralVolume.made(volume, Reach.DEFAULT);
  }

  /**
   * As {@link #ephemeral(Consumer)}, by a client of the caller's.
   *
   * @param volume is given what to fill
   * @param client asks the server, and must stay open
   * @return its handle, and what renews its lease
   */
  public static EphemeralVolume ephemeral(
      Consumer<EphemeralRequest> volume, ControlPlaneClient client) {
    return EphemeralVolume.made(volume, Reach.by(client));
  }

  /**
   * As {@link #ephemeral(Consumer)}, on a server of that address.
   *
   * @param volume is given what to fill
   * @param baseUrl such as {@code https://satchel.example.com}
   * @return its handle, and what renews its lease
   */
  public static EphemeralVolume ephemeral(Consumer<EphemeralRequest> volume, URI baseUrl) {
    return EphemeralVolume.made(volume, Reach.at(baseUrl));
  }

  /**
   * Its files, by whom the handle came from. The server is not asked whether there is one.
   *
   * @return the files of the whole volume
   */
  public VolumeFiles files() {
    return files(reach);
  }

  /**
   * Its files, by a client of the caller's.
   *
   * @param client asks the server
   * @return the files of the whole volume
   */
  public VolumeFiles files(ControlPlaneClient client) {
    return files(Reach.by(client));
  }

  private VolumeFiles files(Reach where) {
    return where.client().volumes().files(told.name());
  }

  /**
   * The same volume at a path.
   *
   * @param path absolute
   * @return another handle
   */
  public Volume mountedAt(String path) {
    return with(new Use(path, use.readOnly(), use.subdirectory(), use.create(), use.sync()));
  }

  /**
   * As {@link #mountedAt}, in a word.
   *
   * @param path absolute
   * @return another handle
   */
  public Volume mount(String path) {
    return mountedAt(path);
  }

  /**
   * The same volume, to be read only.
   *
   * @return another handle
   */
  public Volume readOnly() {
    return with(new Use(use.path(), true, use.subdirectory(), use.create(), use.sync()));
  }

  /**
   * A part of the same volume; it is made where it is not there.
   *
   * @param directory relative, within the volume
   * @return another handle
   */
  public Volume subdirectory(String directory) {
    return with(new Use(use.path(), use.readOnly(), directory, use.create(), use.sync()));
  }

  /**
   * The same volume, as a directory of the machine on which the job runs: filled before the job
   * starts, and what changed there written back before its attempt is final. Made for many small
   * files. Of a volume that is on disk it changes nothing.
   *
   * @return another handle
   */
  public Volume synced() {
    return with(new Use(use.path(), use.readOnly(), use.subdirectory(), use.create(), true));
  }

  private Volume with(Use other) {
    return new Volume(told, other, reach);
  }

  /**
   * The volume's name.
   *
   * @return as it was given
   */
  public String name() {
    return told.name();
  }

  /**
   * Where its data is.
   *
   * @return {@code cloud_bucket} or {@code vast_local}; the first where nobody said
   */
  public String backend() {
    return told.backend();
  }

  /**
   * How large it is.
   *
   * @return in units of 10^9 bytes; null where none was asked for
   */
  public @Nullable Integer sizeGb() {
    return told.sizeGb();
  }

  /**
   * Where whoever is given this handle mounts it.
   *
   * @return null for the volume's own {@link #mountPathDefault}
   */
  public @Nullable String mountPath() {
    return use.path();
  }

  /**
   * The volume's id, which none made later under its name has.
   *
   * @return null where the server was not asked
   */
  public @Nullable String volumeId() {
    return told.volumeId();
  }

  /**
   * The one machine that has it.
   *
   * @return null for a {@code cloud_bucket}, until the first placement, and where the server was
   *     not asked
   */
  public @Nullable String machineId() {
    return told.machineId();
  }

  /**
   * Where all mount it that do not say.
   *
   * @return null where there is no such path, or the server was not asked
   */
  public @Nullable String mountPathDefault() {
    return told.mountPathDefault();
  }

  /**
   * Where its data may lie.
   *
   * @return empty for anywhere, or where the server was not asked
   */
  public List<String> geolocation() {
    return told.geolocation();
  }

  /**
   * How it stood when the server was asked.
   *
   * @return {@code reserved}, {@code ready}, {@code bound}, {@code in_use}, {@code unreachable} or
   *     {@code deleting}; null where the server was not asked
   */
  public @Nullable String status() {
    return told.status();
  }

  /** As a submit names it. */
  Map<String, Object> reference() {
    Map<String, Object> mount = new LinkedHashMap<>();
    mount.put("volume", told.name());
    if (use.path() != null) {
      mount.put("path", use.path());
    }
    if (use.readOnly()) {
      mount.put("read_only", true);
    }
    if (!use.subdirectory().isEmpty()) {
      mount.put("subdirectory", use.subdirectory());
    }
    if (use.create()) {
      mount.put("create", created());
    }
    if (use.sync()) {
      mount.put("sync", true);
    }
    return mount;
  }

  private Map<String, Object> created() {
    Map<String, Object> create = new LinkedHashMap<>();
    create.put("backend", told.backend());
    if (told.sizeGb() != null) {
      create.put("size_gb", told.sizeGb());
    }
    return create;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Volume volume && volume.told.equals(told) && volume.use.equals(use);
  }

  @Override
  public int hashCode() {
    return told.hashCode() * 31 + use.hashCode();
  }

  @Override
  public String toString() {
    return "Volume["
        + told.name()
        + ", "
        + told.backend()
        + (use.path() == null ? "" : " at " + use.path())
        + (use.readOnly() ? ", read-only" : "")
        + (use.sync() ? ", synced" : "")
        + "]";
  }
}
