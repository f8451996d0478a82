package dev.satchel.core.application;

import java.util.List;
import java.util.Optional;

/**
 * Keeps one kind of parts, which go with their application. Pages come in the order of ids. What
 * changes them holds the application exclusively.
 */
public interface PartStore<P extends Part> {
  Optional<P> find(String workspace, ApplicationId application, PartId id);

  void insert(P part);

  /** Replaces what may change of it. */
  void update(P part);

  void delete(String workspace, ApplicationId application, PartId id);

  /**
   * One page.
   *
   * @param after the id that the page comes after; empty for the first
   */
  List<P> list(String workspace, ApplicationId application, String after, int limit);

  int count(String workspace, ApplicationId application);
}
