package dev.satchel.core.application;

import java.util.List;

/** Keeps instances. */
public interface InstanceStore extends PartStore<Instance> {
  /** The ids of instances that run a version, at most so many. */
  List<PartId> of(String workspace, ApplicationId application, PartId version, int limit);
}
