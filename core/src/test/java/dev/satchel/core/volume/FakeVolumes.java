package dev.satchel.core.volume;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Volumes without data, on a machine that a test names. */
public final class FakeVolumes implements VolumeDriver {
  public final Set<String> there = new ConcurrentSkipListSet<>();
  public final Set<String> removing = new ConcurrentSkipListSet<>();
  public volatile OptionalLong usedBytes = OptionalLong.empty();
  public final List<String> flushed = new ArrayList<>();

  /** What a flush comes to, by how many there were with it. */
  public volatile IntFunction<Flush> flush = times -> new Flush.Done();

  /** Those of each volume. */
  public @Nullable VolumeFiles files; // Null where a test has none.

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
  public Path open(VolumeData data, String subdirectory) {
    there.add(data.id());
    return Path.of("/volumes", data.id(), subdirectory);
  }

  @Override
  public Flush flush(String volumeId) {
    flushed.add(volumeId);
    return flush.apply(flushed.size());
  }

  @Override
  public List<VolumeData> kept() {
    return there.stream().map(VolumeData::onDisk).toList();
  }

  @Override
  public void remove(VolumeData data) {
    there.remove(data.id());
  }

  @Override
  public OptionalLong usedBytes(VolumeData data) {
    return usedBytes;
  }

  @Override
  public boolean isRemoving(VolumeData data) {
    return removing.contains(data.id());
  }

  @Override
  public VolumeFiles files(VolumeData data) {
    if (files == null) {
      throw new UnsupportedOperationException("there are no files");
    }
    return files;
  }
}
