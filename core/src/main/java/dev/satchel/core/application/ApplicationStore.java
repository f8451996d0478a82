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

  PartStore<Version> versions();

  InstanceStore instances();

  /** Whether an application or a version of any workspace has the code of this digest. */
  boolean hasCode(String digest);
}
