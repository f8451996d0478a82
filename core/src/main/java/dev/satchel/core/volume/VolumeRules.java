package dev.satchel.core.volume;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a volume, and a place of one, must be. */
public final class VolumeRules {
  /** How many volumes a workspace has; a few more where many are made at once. */
  public static final int VOLUMES_MAX = 10_000;

  private static final long GIGABYTE = 1_000_000_000L;
  static final int SIZE_MAX_GB = 1_000_000;
  static final int LEASE_MIN_S = 2;
  static final int LEASE_MAX_S = 3600;
  private static final int PLACES_MAX = 32;
  private static final int PLACE_MAX_CHARS = 128;
  private static final int PATH_MAX_BYTES = 1024;
  private static final int DEPTH_MAX = 64;
  private static final int PART_MAX_BYTES = 255; // Source: limits.h, NAME_MAX.

  /** What belongs to the kernel, to the engine, and to secrets. */
  private static final List<String> RESERVED =
      List.of("/proc", "/sys", "/dev", "/run/secrets", "/run/satchel");

  private VolumeRules() {}

  /**
   * Refuses a request of the wrong form.
   *
   * @param at what stands before its fields' names, such as {@code mounts[0].create.}; may be empty
   */
  public static void check(String at, VolumeRequest asked) {
    Integer size = asked.sizeGb();
    if (size != null && (size < 1 || size > SIZE_MAX_GB)) {
      throw RefusedException.invalid(
          at + "size_gb",
          at + "size_gb is a number of gigabytes (10^9 bytes) from 1 to " + SIZE_MAX_GB + ".");
    }
    if (size == null && asked.backend() == Backend.VAST_LOCAL) {
      throw RefusedException.invalid(
          at + "size_gb",
          at + "size_gb is missing; a vast_local volume reserves room on one machine.");
    }
    Integer lease = asked.leaseS();
    if (lease != null && (lease < LEASE_MIN_S || lease > LEASE_MAX_S)) {
      throw RefusedException.invalid(
          at + "lease_s",
          at + "lease_s is a number of seconds from " + LEASE_MIN_S + " to " + LEASE_MAX_S + ".");
    }
    if (asked.mountPathDefault() != null) {
      checkMountPath(at + "mount_path_default", asked.mountPathDefault());
    }
    if (asked.geolocation().size() > PLACES_MAX
        || asked.geolocation().stream().anyMatch(VolumeRules::isNoPlace)) {
      throw RefusedException.invalid(
          at + "geolocation",
          at
              + "geolocation is one place or at most "
              + PLACES_MAX
              + ", each of 1 to "
              + PLACE_MAX_CHARS
              + " characters.");
    }
  }

  private static boolean isNoPlace(String place) {
    return place.isBlank()
        || place.length() > PLACE_MAX_CHARS
        || place.chars().anyMatch(Character::isISOControl);
  }

  /** Refuses what cannot be a mount's path: it must be absolute, plain, and nobody else's. */
  public static void checkMountPath(String field, String path) {
    if (!path.startsWith("/") || !isPlain(path.substring(1))) {
      throw RefusedException.invalid(
          field,
          field
              + " must be an absolute path such as /models, of at most "
              + PATH_MAX_BYTES
              + " bytes, without \".\", \"..\", empty parts and control characters.");
    }
    for (String reserved : RESERVED) {
      if (isWithin(path, reserved) || isWithin(reserved, path)) {
        throw RefusedException.invalid(
            field, field + " cannot be at, above or below " + reserved + "; choose another.");
      }
    }
  }

  /** Refuses what cannot be a path within a volume: it must be relative and plain. */
  public static void checkInnerPath(String field, String path) {
    if (!isPlain(path)) {
      throw RefusedException.invalid(
          field,
          field
              + " must be a relative path such as runs/1, of at most "
              + PATH_MAX_BYTES
              + " bytes and "
              + DEPTH_MAX
              + " parts, without \".\", \"..\", empty parts and control characters.");
    }
  }

  private static boolean isPlain(String path) {
    String[] parts = path.split("/", -1);
    if (parts.length > DEPTH_MAX
        || path.getBytes(StandardCharsets.UTF_8).length > PATH_MAX_BYTES
        || path.chars().anyMatch(Character::isISOControl)) {
      return false;
    }
    for (String part : parts) {
      if (part.isEmpty()
          || part.equals(".")
          || part.equals("..")
          || part.getBytes(StandardCharsets.UTF_8).length > PART_MAX_BYTES) {
        return false;
      }
    }
    return true;
  }

  /** Whether a path is another, or below it. */
  public static boolean isWithin(String path, String other) {
    return path.equals(other) || path.startsWith(other + "/");
  }

  /**
   * The refusal of a volume that is there where another is asked for. What merely was not asked for
   * is no difference.
   */
  public static Optional<RefusedException> incompatible(Volume have, VolumeRequest want) {
    if (have.backend() != want.backend()) {
      return Optional.of(
          incompatible(have, "backend", have.backend().word(), want.backend().word()));
    }
    if (want.sizeGb() != null && !want.sizeGb().equals(have.sizeGb())) {
      return Optional.of(
          incompatible(
              have,
              "size_gb",
              have.sizeGb() == null ? "none" : have.sizeGb().toString(),
              want.sizeGb().toString()));
    }
    if (want.leaseS() != null && have.lease() == null) { // Whoever asks would take it with them.
      return Optional.of(incompatible(have, "lease_s", "none", want.leaseS().toString()));
    }
    return Optional.empty();
  }

  /** How much more a volume of a size may hold; empty where it has none, or nobody knows. */
  static OptionalLong room(Volume volume, VolumeDriver driver) {
    Integer size = volume.sizeGb();
    OptionalLong used = size == null ? OptionalLong.empty() : driver.usedBytes(volume.data());
    return size == null || used.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(size * GIGABYTE - used.getAsLong());
  }

  /** The refusal to write into a volume that holds more than its size. */
  public static Optional<RefusedException> full(Reason reason, Volume volume, VolumeDriver driver) {
    OptionalLong room = room(volume, driver);
    return room.isPresent() && room.getAsLong() < 0
        ? Optional.of(full(reason, volume, -room.getAsLong() + " bytes more"))
        : Optional.empty();
  }

  static RefusedException full(Reason reason, Volume volume, String more) {
    return new RefusedException(
            reason,
            "The volume \""
                + volume.name()
                + "\" is made for "
                + volume.sizeGb()
                + " GB, and would hold "
                + more
                + ". Remove some of it (satchel volume rm "
                + volume.name()
                + " PATH), or make a larger one.")
        .with("name", volume.name().value())
        .with("field", "size_gb");
  }

  /** The refusal to renew what is not leased. */
  static RefusedException notLeased(Volume have) {
    return incompatible(have, "lease_s", "none", "a lease");
  }

  private static RefusedException incompatible(
      Volume volume, String field, String have, String want) {
    return new RefusedException(
            Reason.VOLUME_INCOMPATIBLE,
            "There is a volume named \""
                + volume.name()
                + "\" already, with "
                + field
                + " "
                + have
                + " and not "
                + want
                + ". Nothing was changed: ask for what it has, or choose another name.")
        .with("name", volume.name().value())
        .with("field", field)
        .with("have", have)
        .with("want", want);
  }

  /** The refusal of a volume whose files this server cannot reach. */
  static Optional<RefusedException> unreachable(Volume volume, VolumeDriver driver) {
    return unreachable(volume, driver, driver.machine()).or(() -> inAnotherStore(volume, driver));
  }

  /** The refusal of a volume that another machine has than the one where it is wanted. */
  public static Optional<RefusedException> unreachable(
      Volume volume, VolumeDriver driver, String machine) {
    String bound = volume.machineId();
    if (bound == null || bound.equals(machine)) {
      return Optional.empty();
    }
    String why =
        "is on "
            + place(bound, driver)
            + ", and cannot be reached from "
            + place(machine, driver)
            + ". What mounts it must run there.";
    return Optional.of(unreachable(volume, why, bound, machine));
  }

  private static String place(String machine, VolumeDriver driver) {
    return driver
        .whereIs(machine)
        .map(host -> "the host " + host.name() + " (machine " + machine + ")")
        .orElse("the machine " + machine);
  }

  /** The refusal of a volume that lies in an object store that this server does not have. */
  public static Optional<RefusedException> inAnotherStore(Volume volume, VolumeDriver driver) {
    if (driver.reaches(volume.data())) {
      return Optional.empty();
    }
    StorePlace there = volume.store();
    StorePlace here = driver.storeFor(volume.backend());
    String has = here.isDisk() ? "none" : here.toString();
    String why =
        "is in the object store "
            + there
            + ", and this server has "
            + has
            + ". Start it with --object-store "
            + there.name()
            + (there.endpoint().isEmpty() ? "" : " --object-store-endpoint " + there.endpoint())
            + ".";
    return Optional.of(unreachable(volume, why, there.toString(), has));
  }

  private static RefusedException unreachable(Volume volume, String why, String have, String want) {
    return new RefusedException(
            Reason.VOLUME_UNREACHABLE, "The volume \"" + volume.name() + "\" " + why)
        .with("name", volume.name().value())
        .with("have", have)
        .with("want", want);
  }
}
