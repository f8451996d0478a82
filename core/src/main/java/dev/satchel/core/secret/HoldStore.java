package dev.satchel.core.secret;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.credential.CredentialName;
import java.util.Collection;
import java.util.List;

/**
 * Keeps who uses which bundle, credential, application or collection, by name. A hold outlives a
 * forced delete.
 */
public interface HoldStore {
  /** Holds names for a workload. Holding twice is holding once. */
  void hold(String workspace, Collection<BundleName> names, String workloadId);

  /** Holds a credential for a workload. Holding twice is holding once. */
  void hold(String workspace, CredentialName name, String workloadId);

  /** The workloads that hold a name, by id, at most so many. */
  List<String> holders(String workspace, BundleName name, int limit);

  /** The workloads that hold a credential, by id, at most so many. */
  List<String> holders(String workspace, CredentialName name, int limit);

  /** Holds an application for a run. Holding twice is holding once. */
  void hold(String workspace, ApplicationId application, String workloadId);

  /** Holds a collection for a run. Holding twice is holding once. */
  void hold(String workspace, CollectionName name, String workloadId);

  /** The runs that hold an application or a collection of it, by id, at most so many. */
  List<String> holders(String workspace, ApplicationId application, int limit);

  /** The runs that hold a collection, by id, at most so many. */
  List<String> holders(String workspace, CollectionName name, int limit);

  /** Ends every hold of a workload. */
  void release(String workloadId);
}
