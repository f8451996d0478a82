package dev.satchel.sdk;

import java.util.List;

/** Workloads that have not ended use it. */
public final class InUse extends Conflict {
  private static final long serialVersionUID = 1L;

  private final transient List<String> users;

  InUse(Refusal refusal) {
    super(refusal);
    this.users = refusal.texts("workload_ids");
  }

  /**
   * The workloads that use it.
   *
   * @return their ids; never empty where the server knows them
   */
  public List<String> users() {
    return users;
  }
}
