package dev.satchel.core.secret;

import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.volume.VolumeName;
import java.util.Collection;
import java.util.List;

/**
 * Keeps who uses which bundle, credential, volume, application or collection, by name. A hold
 * outlives a forced delete.
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

  /** Whether this workload holds the credential. */
  boolean holds(String workspace, CredentialName name, String workloadId);

  /** Holds an application for a run. Holding twice is holding once. */
  void hold(String workspace, ApplicationId application, String workloadId);

  /** Holds a collection for a run. Holding twice is holding once. */
  void hold(String workspace, CollectionName name, String workloadId);

  /** The runs that hold an application or a collection of it, by id, at most so many. */
  List<String> holders(String workspace, ApplicationId application, int limit);

  /** The runs that hold a collection, by id, at most so many. */
  List<String> holders(String workspace, CollectionName name, int limit);

  /** Holds a volume for a workload. Holding twice is holding once. */
  void hold(String workspace, VolumeName name, String workloadId);

  /** The workloads that hold a volume, by id, at most so many. */
  List<String> holders(String workspace, VolumeName name, int limit);

  /** Ends every hold of a workload. */
  void release(String workloadId);
}
