package dev.satchel.sdk;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a volume is to be. Handed to the function that a call takes, and of use within it only; not
 * thread-safe.
 */
public final class VolumeRequest {
  private String backend = Volume.CLOUD_BUCKET;
  private @Nullable Integer sizeGb;
  private @Nullable String mountPath;
  private @Nullable String mountPathDefault;
  private List<String> geolocation = List.of();
  private @Nullable Long leaseS;
  private boolean createIfMissing;

  VolumeRequest() {}

  /**
   * Where its data is; {@code cloud_bucket} where this is not called.
   *
   * @param word {@link Volume#CLOUD_BUCKET} or {@link Volume#VAST_LOCAL}
   * @return this
   */
  public VolumeRequest backend(String word) {
    backend = word;
    return this;
  }

  /**
   * How large it is; {@code vast_local} needs it.
   *
   * @param gigabytes of 10^9 bytes
   * @return this
   */
  public VolumeRequest sizeGb(int gigabytes) {
    sizeGb = gigabytes;
    return this;
  }

  /**
   * Where whoever is given this handle mounts it. The server keeps nothing of it.
   *
   * @param path absolute
   * @return this
   */
  public VolumeRequest mountPath(String path) {
    mountPath = path;
    return this;
  }

  /**
   * Where all mount it that do not say; the server keeps it with the volume.
   *
   * @param path absolute
   * @return this
   */
  public VolumeRequest mountPathDefault(String path) {
    mountPathDefault = path;
    return this;
  }

  /**
   * Where its data may lie, by hosts' labels; anywhere where this is not called.
   *
   * @param places one or several
   * @return this
   */
  public VolumeRequest geolocation(String... places) {
    geolocation = List.of(places);
    return this;
  }

  /**
   * Has {@link Volume#fromName(String, java.util.function.Consumer)} ask the server for it at once,
   * which makes it where it is missing. Within a running attempt it asks nothing.
   *
   * @return this
   */
  public VolumeRequest createIfMissing() {
    createIfMissing = true;
    return this;
  }

  VolumeRequest leaseS(long seconds) {
    leaseS = seconds;
    return this;
  }

  boolean isCreateIfMissing() {
    return createIfMissing;
  }

  /** A handle of what this asks for, which the server was not asked for yet. */
  Volume volume(String name, Reach reach) {
    return new Volume(
        new Volume.Told(name, backend, sizeGb, null, null, mountPathDefault, geolocation, null),
        new Volume.Use(mountPath, false, "", false),
        reach);
  }

  @Nullable String mountPath() {
    return mountPath;
  }

  /** What the server is asked for. */
  Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("backend", backend);
    if (sizeGb != null) {
      body.put("size_gb", sizeGb);
    }
    if (mountPathDefault != null) {
      body.put("mount_path_default", mountPathDefault);
    }
    if (!geolocation.isEmpty()) {
      body.put("geolocation", geolocation);
    }
    if (leaseS != null) {
      body.put("lease_s", leaseS);
    }
    return body;
  }

  @Override
  public String toString() {
    return "VolumeRequest" + body();
  }
}
