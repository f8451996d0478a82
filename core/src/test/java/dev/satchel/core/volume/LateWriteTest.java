package dev.satchel.core.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.store.MemoryStore;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written into a volume that was deleted, and forgotten, since its name was looked up. */
final class LateWriteTest {
  private static final Actor OWNER =
      new Actor("default", "t", "owner", Set.of(Role.ADMIN), Set.of(), "test");
  private static final VolumeName NAME = new VolumeName("scratch");

  private final MemoryStore store = new MemoryStore();
  private final FakeVolumes driver = new FakeVolumes("m1");
  private final Volumes volumes = new Volumes(store, driver, InstantSource.system());

  private Volume create() {
    VolumeRequest asked = new VolumeRequest(Backend.CLOUD_BUCKET, null, null, List.of());
    return volumes.create(OWNER, NAME, asked, true).detail().volume();
  }

  @ParameterizedTest
  @ValueSource(strings = {"answered", "answer lost", "another of its name"})
  void itIsRemoved(String what) {
    Volume made = create();
    driver.files =
        new Written() {
          @Override
          public Content write(String path, InputStream in, long max, @Nullable String sha256) {
            var _ = volumes.delete(OWNER, NAME, false);
            assertThat(remembered()).isEmpty();
            driver.there.add(made.id());
            if (what.equals("another of its name")) {
              var _ = create();
            }
            if (what.equals("answer lost")) {
              throw new RefusedException(Reason.OBJECT_STORE_UNAVAILABLE, "lost");
            }
            return new Content(1, "0", Instant.EPOCH);
          }
        };
    assertThatThrownBy(
            () -> volumes.write(OWNER, NAME, "f", InputStream.nullInputStream(), 10, null))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e ->
                assertThat(e.reason())
                    .isEqualTo(
                        what.equals("answer lost")
                            ? Reason.OBJECT_STORE_UNAVAILABLE
                            : Reason.VOLUME_NOT_FOUND));
    assertThat(driver.there).isEmpty();
    assertThat(remembered()).isEmpty();
  }

  private List<VolumeData> remembered() {
    return store.read(tx -> tx.volumes().remembered("", 10));
  }

  /** Files that are only written. */
  private abstract static class Written implements VolumeFiles {
    @Override
    public Kind kindOf(String path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Item> list(String path, String after, int limit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void read(String path, Sink to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void remove(String path, boolean all) {
      throw new UnsupportedOperationException();
    }
  }
}
