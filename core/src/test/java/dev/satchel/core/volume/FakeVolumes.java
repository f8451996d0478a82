package dev.satchel.core.volume;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Volumes without data, on a machine that a test names. */
public final class FakeVolumes implements VolumeDriver {
  public final Set<String> there = new ConcurrentSkipListSet<>();
  public final Set<String> removing = new ConcurrentSkipListSet<>();
  public volatile OptionalLong usedBytes = OptionalLong.empty();
  public final List<String> flushed = new ArrayList<>();
  private final String machine;

  public FakeVolumes(String machine) {
    this.machine = machine;
  }

  @Override
  public String machine() {
    return machine;
  }

  @Override
  public void requireRoom(Volume volume) {}

  @Override
  public Path open(String volumeId, String subdirectory) {
    there.add(volumeId);
    return Path.of("/volumes", volumeId, subdirectory);
  }

  @Override
  public void flush(String volumeId) {
    flushed.add(volumeId);
  }

  @Override
  public List<String> kept() {
    return List.copyOf(there);
  }

  @Override
  public void remove(String volumeId) {
    there.remove(volumeId);
  }

  @Override
  public OptionalLong usedBytes(String volumeId) {
    return usedBytes;
  }

  @Override
  public boolean isRemoving(String volumeId) {
    return removing.contains(volumeId);
  }

  @Override
  public VolumeFiles files(String volumeId) {
    throw new UnsupportedOperationException("there are no files");
  }
}
