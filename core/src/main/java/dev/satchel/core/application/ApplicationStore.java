package dev.satchel.core.application;

import java.util.List;
import java.util.Optional;

/** Keeps applications, their versions and their instances. Pages come in the order of ids. */
public interface ApplicationStore {
  /** In a unit of work that writes, the application is then held against others until it ends. */
  Optional<Application> find(String workspace, ApplicationId id);

  void insert(Application application);

  /** Replaces all but its id and when it was made. */
  void update(Application application);

  /** Deletes an application, its versions and its instances for good. */
  void delete(String workspace, ApplicationId id);

  /**
   * One page.
   *
   * @param after the id that the page comes after; empty for the first
   */
  List<Application> list(String workspace, String after, int limit);

  int count(String workspace);

  Optional<Version> version(String workspace, ApplicationId application, PartId id);

  void insert(Version version);

  /** Replaces its name, its description and when it was changed. */
  void update(Version version);

  void deleteVersion(String workspace, ApplicationId application, PartId id);

  List<Version> versions(String workspace, ApplicationId application, String after, int limit);

  int countVersions(String workspace, ApplicationId application);

  Optional<Instance> instance(String workspace, ApplicationId application, PartId id);

  void insert(Instance instance);

  /** Replaces all but its id and when it was made. */
  void update(Instance instance);

  void deleteInstance(String workspace, ApplicationId application, PartId id);

  List<Instance> instances(String workspace, ApplicationId application, String after, int limit);

  int countInstances(String workspace, ApplicationId application);

  /** Whether an application or a version of any workspace has the code of this digest. */
  boolean hasCode(String digest);

  /** The ids of instances that run a version, at most so many. */
  List<PartId> instancesOf(String workspace, ApplicationId application, PartId version, int limit);
}
