package dev.satchel.core.application;

import java.util.List;
import java.util.Optional;

/**
 * Keeps managed inputs, which go with their application. Pages come in the order of ids. What
 * changes them holds the application exclusively.
 */
public interface ManagedInputStore {
  Optional<ManagedInput> find(String workspace, ApplicationId application, PartId id);

  void insert(ManagedInput input);

  /** Replaces its name, its description and when it was changed. */
  void update(ManagedInput input);

  void delete(String workspace, ApplicationId application, PartId id);

  List<ManagedInput> list(String workspace, ApplicationId application, String after, int limit);

  int count(String workspace, ApplicationId application);

  /** Whether an input of any workspace has its file under this name. */
  boolean hasFile(String file);
}
