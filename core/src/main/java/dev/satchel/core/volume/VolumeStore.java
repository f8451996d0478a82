package dev.satchel.core.volume;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps volumes, and which attempts have them mounted. */
public interface VolumeStore {
  Optional<Volume> find(String workspace, VolumeName name);

  void insert(Volume volume);

  /** Records the machine that has it from now on. */
  void bind(Volume volume);

  /** Deletes a volume for good; what has it mounted stays recorded until that ends. */
  void delete(String volumeId);

  /**
   * Volumes by name.
   *
   * @param after the name that the page comes after; empty for the first
   */
  List<Volume> list(String workspace, String after, int limit);

  int count(String workspace);

  /** Records until when it is leased. */
  void lease(Volume volume);

  /**
   * Volumes whose lease has run out and that no workload holds, by id.
   *
   * @param after the id that the page comes after; empty for the first
   */
  List<Volume> expired(Instant now, String after, int limit);

  /** Leases each volume anew that is leased at all, as if all had been renewed just now. */
  void leaseAllFrom(Instant now);

  /** Remembers a volume that is deleted, for as long as its data is there. Twice is once. */
  void remember(Volume deleted);

  /** The volume of a name that was deleted last, and whose data is there yet. */
  Optional<Volume> findDeleted(String workspace, VolumeName name);

  /** Those that are remembered, by id, in pages. */
  List<VolumeData> remembered(String after, int limit);

  /** Nothing is left of a volume that was deleted. */
  void forget(String volumeId);

  /** Nothing is left of those that were deleted and that a machine had, for that one is lost. */
  void forgetOn(String workspace, String machine);

  /** Records that an attempt has a volume mounted. Twice is once. */
  void attach(String volumeId, String workloadId, int attempt);

  /** Whether a volume is mounted by an attempt of any other workload than this one. */
  List<String> attachedToOthers(String volumeId, String workloadId);

  /** The ids of the volumes that an attempt has mounted. */
  List<String> attachedTo(String workloadId, int attempt);

  /** Ends every mount of an attempt. */
  void detach(String workloadId, int attempt);

  /** Whether a volume is there, or was deleted while an attempt has it mounted. */
  boolean needs(String volumeId);
}
