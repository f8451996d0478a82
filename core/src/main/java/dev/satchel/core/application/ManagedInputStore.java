package dev.satchel.core.application;

/** Keeps managed inputs. */
public interface ManagedInputStore extends PartStore<ManagedInput> {
  /** Whether an input of any workspace has its file under this name. */
  boolean hasFile(String file);
}
