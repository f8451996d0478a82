package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.credential.CredentialName;
import org.jspecify.annotations.Nullable;

/** What a token must be allowed to use where it acts on a workload. */
final class WorkloadUses {
  private WorkloadUses() {}

  /** Refuses a token that may not use all that a workload uses, or may not start it. */
  static void require(Actor actor, Workload workload) {
    requireTrust(actor, workload);
    workload.spec().bundleNames().forEach(actor::requireUse);
    workload.spec().volumeNames().forEach(actor::requireUse);
    CredentialName credentials = workload.spec().credentials();
    if (credentials != null) {
      actor.requireUse(credentials);
    }
    require(actor, workload.spec().run());
  }

  /** By the collection's whole name, so that no name of a bundle gives it away. */
  static void require(Actor actor, @Nullable RunSpec run) {
    CollectionName name = run == null ? null : run.collectionName();
    if (name != null && !actor.isAdmin() && !actor.uses().contains(name.toString())) {
      throw new RefusedException(
              Reason.FORBIDDEN,
              "This token may not use the secrets collection \""
                  + name
                  + "\". Ask an admin for a token made with \"uses\": [\""
                  + name
                  + "\"].")
          .with("name", name.id().value());
    }
  }

  /**
   * What the machine's owner submitted runs as the owner: nobody else starts it again, with an env
   * of theirs.
   */
  private static void requireTrust(Actor actor, Workload workload) {
    if (workload.trusted() && !actor.isAdmin()) {
      throw new RefusedException(
          Reason.FORBIDDEN,
          "An admin submitted this workload; only an admin's token may start or end it, read its log, or run a command in it.");
    }
  }
}
