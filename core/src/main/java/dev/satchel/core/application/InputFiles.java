package dev.satchel.core.application;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** Keeps the files of managed inputs, each under a random name. */
public interface InputFiles {
  /** Keeps what is in a file, which may be removed where it was. */
  void keep(String name, Path file);

  Path of(String name);

  /** Names of what is kept for longer than an act takes that keeps it, sorted, after one. */
  List<String> names(String after, int limit);

  void remove(Collection<String> names);
}
