package dev.satchel.core.workload;

/** Why an attempt stands where it stands, as a stable code beside the sentence. */
public enum Cause {
  /** It waits for a place on its engine. */
  WAITING,
  /** What it asks for is not there. */
  SECRET_NOT_FOUND,
  /** The credential that it runs on is not there, or not of a kind that serves. */
  CREDENTIAL_NOT_FOUND,
  /** The volume that it mounts is not there. */
  VOLUME_NOT_FOUND,
  /** A volume could not be given to it. */
  MOUNT_FAILED,
  /** Its job exited with another code than 0. */
  EXIT_CODE,
  /** Its job exited with 0, and left what cannot be its output. */
  OUTPUT_REFUSED,
  /** It ran elsewhere, and failed there. */
  FAILED_ELSEWHERE,
  /** It used more memory than it may. */
  OUT_OF_MEMORY,
  /** Its image could not be had. */
  IMAGE_PULL,
  /** Its time was up. */
  TIMEOUT,
  /** Somebody asked it to end. */
  TERMINATED,
  /** A newer attempt took its place. */
  SUPERSEDED,
  /** The engine could not start it. */
  START_FAILED,
  /** It is known not to run any more, without an exit code. */
  LOST,
  /** The server stopped before the start; nothing was started. */
  NOT_STARTED,
  /** The job has ended, and its log is being stored. */
  STORING_LOG,
  /** The job has ended, and what it wrote is being written to its buckets. */
  WRITING_BACK,
  /** It wrote more to its buckets than the machine has room for until they take it. */
  BUCKET_FULL,
  /** Its engine does not see it now; it may still run. */
  UNSEEN
}
