package dev.satchel.core;

/**
 * Why something was refused. The name is the stable code that callers see, save where it says
 * otherwise.
 */
public enum Reason {
  /** What was sent is malformed or breaks a rule of form. Member {@code field} names where. */
  INVALID,
  /** What was sent exceeds a stated limit. */
  TOO_LARGE,
  /** No token, or one that opens nothing. */
  UNAUTHENTICATED,
  /** The token is good and may not do this. */
  FORBIDDEN,
  /** A bundle that the request is about is not there. */
  SECRET_NOT_FOUND,
  /** A bundle that a workload names is not there; callers see {@code SECRET_NOT_FOUND}. */
  SECRET_MISSING,
  /** A bundle is there, without an entry that a workload requires of it. */
  SECRET_ENTRY_MISSING,
  SECRET_EXISTS,
  /** A workload that has not ended holds the bundle. Member {@code workload_ids} names them. */
  SECRET_IN_USE,
  /** The stored revision is another one than the caller saw. */
  REVISION_MISMATCH,
  WORKLOAD_NOT_FOUND,
  /** The workload is not in a state that allows this. */
  WORKLOAD_BUSY,
  /** As many workloads as are kept have not ended; the same request works once some have. */
  TOO_MANY_WORKLOADS,
  /** The attempt may not be started any more: terminate was asked, or another owner has it. */
  ATTEMPT_SUPERSEDED,
  /** A command was to run inside an attempt that does not run, or does not any more. */
  ATTEMPT_NOT_RUNNING,
  /** As many commands run inside the workload, or on the server, as may at once. */
  TOO_MANY_EXECS,
  /** The command that input is for is not there, is another token's, or has ended. */
  EXEC_NOT_FOUND,
  /** The command takes no input, or none any more. */
  EXEC_INPUT_CLOSED,
  CREDENTIAL_NOT_FOUND,
  CREDENTIAL_EXISTS,
  /** A credential that a workload names is not there; callers see {@code CREDENTIAL_NOT_FOUND}. */
  CREDENTIAL_MISSING,
  /** A credential that a workload names is there, of a kind that cannot serve it. */
  CREDENTIAL_INCOMPATIBLE,
  /** A workload that has not ended holds the credential. Member {@code workload_ids} names them. */
  CREDENTIAL_IN_USE,
  VOLUME_NOT_FOUND,
  VOLUME_EXISTS,
  /** A volume that a workload names is not there; callers see {@code VOLUME_NOT_FOUND}. */
  VOLUME_MISSING,
  /** A volume is there, and is not what is asked for. Members say {@code have} and {@code want}. */
  VOLUME_INCOMPATIBLE,
  /** A workload that has not ended holds the volume. Member {@code workload_ids} names them. */
  VOLUME_IN_USE,
  /** The volume's data is on another machine, or on none yet. */
  VOLUME_UNREACHABLE,
  VOLUME_FILE_NOT_FOUND,
  /** What is at the path in the volume is of a kind that does not allow this. */
  VOLUME_FILE_CONFLICT,
  /** The object store with the volume's data does not answer, or refuses the server's keys. */
  OBJECT_STORE_UNAVAILABLE,
  /** A volume could not be given to an attempt. */
  MOUNT_FAILED,
  APPLICATION_NOT_FOUND,
  APPLICATION_EXISTS,
  /** A run that has not ended holds the application. Member {@code workload_ids} names them. */
  APPLICATION_IN_USE,
  VERSION_NOT_FOUND,
  VERSION_EXISTS,
  /** Instances run the version. */
  VERSION_IN_USE,
  INSTANCE_NOT_FOUND,
  INSTANCE_EXISTS,
  /** Somebody locked the instance against changes. */
  INSTANCE_LOCKED,
  INPUT_NOT_FOUND,
  INPUT_EXISTS,
  COLLECTION_NOT_FOUND,
  COLLECTION_EXISTS,
  /** A run that has not ended holds the collection. Member {@code workload_ids} names them. */
  COLLECTION_IN_USE,
  /** The collection is another than the writer saw. */
  COLLECTION_CHANGED,
  /** What an instance or a run names is not in its application. */
  REFERENCE_MISSING,
  /** There is no code yet that a version could freeze. */
  NOTHING_PUSHED,
  /** The address was given to nobody, or its time is up, or it was used. */
  TRANSFER_NOT_FOUND,
  /** No call of this id was made of the object, or its answer is not kept any more. */
  CALL_NOT_FOUND,
  /** As many calls wait for the object as may at once. */
  TOO_MANY_CALLS,
  /** No jar of this digest was sent, or it was not used for long. */
  CODE_NOT_FOUND,
  /**
   * Jars of a class path were not sent; callers see {@code CODE_NOT_FOUND}. Member {@code digests}
   * names them.
   */
  CODE_MISSING,
  /** This server has the route for the sake of its clients, and not what is behind it. */
  NOT_SERVED,
  HOST_NOT_FOUND,
  /** The host answers, so that it is not lost. */
  HOST_REACHABLE,
  TOKEN_NOT_FOUND,
  TOKEN_EXISTS,
  /** It is the last token that opens as an admin: without it nobody could make another. */
  LAST_ADMIN_TOKEN,
  IDEMPOTENCY_KEY_REUSED,
  /** This engine or this server cannot do it. */
  UNSUPPORTED,
  /** The engine does not answer now; the same request may work once it does. */
  ENGINE_UNAVAILABLE,
  /** The engine could not start what it was given. */
  START_FAILED,
  /** The image of a workload could not be had: it is not there, denied, or out of reach. */
  IMAGE_PULL,
  /** There is no room to write; reads go on. */
  STORE_FULL,
  /** The store is away, or too many wait; nothing was done, and it may work a moment later. */
  STORE_BUSY,
  /** The store was lost while it committed: whether it was done is not known. */
  STORE_UNCERTAIN,
  /** A write failed in a way that leaves its fate unknown; the server must be restarted. */
  STORE_FAILED
}
