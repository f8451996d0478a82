package dev.satchel.core.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.StoreHost.WORKSPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.secret.BundleName;
import dev.satchel.core.volume.Backend;
import dev.satchel.core.volume.StorePlace;
import dev.satchel.core.volume.Volume;
import dev.satchel.core.volume.VolumeData;
import dev.satchel.core.volume.VolumeHome;
import dev.satchel.core.volume.VolumeLease;
import dev.satchel.core.volume.VolumeName;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every store keeps to about volumes. */
interface VolumeContract extends StoreHost {
  private static Volume volume(String workspace, String name) {
    return volume("id-of-" + name + "-in-" + workspace, workspace, name, null);
  }

  private static Volume volume(String id, String workspace, String name, @Nullable String machine) {
    return new Volume(
        id,
        workspace,
        new VolumeName(name),
        Backend.VAST_LOCAL,
        50,
        "/Größe",
        List.of("Zürich", "eu, west"),
        machine,
        NOW,
        NOW.plusNanos(1000));
  }

  @Test
  default void whereAVolumeLiesIsKept_alsoOnceItIsDeleted() {
    Volume volume =
        new Volume(
            "objects",
            WORKSPACE,
            new VolumeName("objects"),
            Backend.CLOUD_BUCKET,
            null,
            null,
            List.of(),
            null,
            NOW,
            NOW,
            null,
            new StorePlace("s3://bucket/prefix", "https://s3.test"));
    write(tx -> tx.volumes().insert(volume));
    assertThat(one(tx -> tx.volumes().find(WORKSPACE, volume.name()))).contains(volume);
    write(tx -> tx.volumes().remember(volume));
    write(tx -> tx.volumes().remember(volume));
    assertThat(many(tx -> tx.volumes().remembered("", 10))).contains(volume.data());
    assertThat(one(tx -> tx.volumes().findDeleted(WORKSPACE, volume.name()))).contains(volume);
  }

  @Test
  default void aVolumeComesBackAsItWasWritten() {
    Volume written = volume(WORKSPACE, "models");
    Volume plain =
        new Volume(
            "plain",
            WORKSPACE,
            new VolumeName("plain"),
            Backend.CLOUD_BUCKET,
            null,
            null,
            List.of(),
            null,
            NOW,
            NOW);
    write(tx -> tx.volumes().insert(written));
    write(tx -> tx.volumes().insert(plain));
    assertThat(one(tx -> tx.volumes().find(WORKSPACE, written.name()))).contains(written);
    assertThat(one(tx -> tx.volumes().find(WORKSPACE, plain.name()))).contains(plain);
    assertThat(one(tx -> tx.volumes().find(otherWorkspace(), plain.name()))).isEmpty();
  }

  @Test
  default void aVolumeThatIsBoundSaysToWhichMachine() {
    Volume written = volume(WORKSPACE, "models");
    write(tx -> tx.volumes().insert(written));
    Volume bound = written.boundTo("the-machine", NOW.plusSeconds(1));
    write(tx -> tx.volumes().bind(bound));
    assertThat(one(tx -> tx.volumes().find(WORKSPACE, written.name()))).contains(bound);
  }

  @Test
  default void aDeletedVolumeFreesItsName() {
    write(tx -> tx.volumes().insert(volume(WORKSPACE, "models")));
    write(tx -> tx.volumes().delete(volume(WORKSPACE, "models").id()));
    assertThat(one(tx -> tx.volumes().find(WORKSPACE, new VolumeName("models")))).isEmpty();
    write(tx -> tx.volumes().insert(volume("another", WORKSPACE, "models", "m")));
  }

  @Test
  default void aVolumesNameIsTakenOnceInAWorkspaceAndFreeInAnother() {
    write(tx -> tx.volumes().insert(volume(WORKSPACE, "models")));
    write(tx -> tx.volumes().insert(volume(otherWorkspace(), "models")));
    Volume again = volume("another", WORKSPACE, "models", null);
    assertThatThrownBy(() -> write(tx -> tx.volumes().insert(again)))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  default void volumesAreListedByNameInPagesAndCounted() {
    write(
        tx -> {
          for (String name : List.of("c", "a", "B", "b")) {
            tx.volumes().insert(volume(WORKSPACE, name));
          }
          tx.volumes().insert(volume(otherWorkspace(), "d"));
        });
    assertThat(many(tx -> tx.volumes().list(WORKSPACE, "", 3)))
        .extracting(volume -> volume.name().value())
        .containsExactly("B", "a", "b");
    assertThat(many(tx -> tx.volumes().list(WORKSPACE, "b", 3)))
        .extracting(volume -> volume.name().value())
        .containsExactly("c");
    assertThat(this.<Integer>read(tx -> tx.volumes().count(WORKSPACE))).isEqualTo(4);
  }

  @Test
  default void itIsKnownWhoHasAVolumeMounted() {
    write(
        tx -> {
          tx.volumes().attach("v1", "w1", 1);
          tx.volumes().attach("v1", "w1", 1);
          tx.volumes().attach("v2", "w1", 1);
          tx.volumes().attach("v1", "w1", 2);
          tx.volumes().attach("v1", "w2", 1);
        });
    assertThat(many(tx -> tx.volumes().attachedToOthers("v1", "w1"))).containsExactly("w2");
    assertThat(many(tx -> tx.volumes().attachedToOthers("v1", "w3"))).containsExactly("w1", "w2");
    assertThat(many(tx -> tx.volumes().attachedTo("w1", 1))).containsExactly("v1", "v2");
    write(tx -> tx.volumes().detach("w1", 1));
    assertThat(many(tx -> tx.volumes().attachedTo("w1", 1))).isEmpty();
    assertThat(many(tx -> tx.volumes().attachedTo("w1", 2))).containsExactly("v1");
    assertThat(many(tx -> tx.volumes().attachedToOthers("v2", "w3"))).isEmpty();
  }

  @Test
  default void aVolumeIsNeededAsLongAsItIsThereOrMounted() {
    Volume volume = volume(WORKSPACE, "models");
    assertThat(this.<Boolean>read(tx -> tx.volumes().needs(volume.id()))).isFalse();
    write(tx -> tx.volumes().insert(volume));
    assertThat(this.<Boolean>read(tx -> tx.volumes().needs(volume.id()))).isTrue();
    write(tx -> tx.volumes().attach(volume.id(), "w1", 1));
    write(tx -> tx.volumes().delete(volume.id()));
    assertThat(this.<Boolean>read(tx -> tx.volumes().needs(volume.id()))).isTrue();
    write(tx -> tx.volumes().detach("w1", 1));
    assertThat(this.<Boolean>read(tx -> tx.volumes().needs(volume.id()))).isFalse();
  }

  private static Volume leased(String name, int seconds) {
    return volume(WORKSPACE, name).leased(new VolumeLease(seconds, NOW.plusSeconds(seconds)));
  }

  @Test
  default void aLeaseRunsOutUnlessItIsRenewed() {
    Volume one = leased("one", 10);
    Volume two = leased("two", 20);
    write(tx -> tx.volumes().insert(one));
    write(tx -> tx.volumes().insert(two));
    write(tx -> tx.volumes().insert(volume(WORKSPACE, "three")));
    assertThat(one(tx -> tx.volumes().find(WORKSPACE, one.name()))).contains(one);
    assertThat(many(tx -> tx.volumes().expired(NOW.plusSeconds(9), "", 10))).isEmpty();
    assertThat(many(tx -> tx.volumes().expired(NOW.plusSeconds(10), "", 10))).containsExactly(one);
    assertThat(many(tx -> tx.volumes().expired(NOW.plusSeconds(99), "", 1))).containsExactly(one);
    assertThat(many(tx -> tx.volumes().expired(NOW.plusSeconds(99), one.id(), 10)))
        .containsExactly(two);
    Volume renewed = one.leased(new VolumeLease(10, NOW.plusSeconds(30)));
    write(tx -> tx.volumes().lease(renewed));
    assertThat(one(tx -> tx.volumes().find(WORKSPACE, one.name()))).contains(renewed);
    assertThat(many(tx -> tx.volumes().expired(NOW.plusSeconds(29), "", 10))).containsExactly(two);
    write(tx -> tx.volumes().leaseAllFrom(NOW.plusSeconds(100)));
    assertThat(many(tx -> tx.volumes().expired(NOW.plusSeconds(109), "", 10))).isEmpty();
    assertThat(many(tx -> tx.volumes().expired(NOW.plusSeconds(110), "", 10)))
        .extracting(Volume::id)
        .containsExactly(one.id());
  }

  @Test
  default void oneThatIsHeldIsNotDue() {
    Volume one = leased("one", 10);
    Volume two = leased("two", 10);
    write(tx -> tx.volumes().insert(one));
    write(tx -> tx.volumes().insert(two));
    write(
        tx -> {
          tx.lockVolumes(WORKSPACE, Set.of(one.name()), Tx.LockKind.SHARED);
          tx.holds().hold(WORKSPACE, one.name(), "w1");
        });
    assertThat(many(tx -> tx.volumes().expired(NOW.plusSeconds(10), "", 10))).containsExactly(two);
    write(tx -> tx.holds().release("w1"));
    assertThat(many(tx -> tx.volumes().expired(NOW.plusSeconds(10), "", 10))).hasSize(2);
  }

  @Test
  default void aDeletedVolumeIsRememberedUntilItIsForgotten() {
    Volume first = volume("1st", WORKSPACE, "models", "m");
    Volume second =
        new Volume(
            "2nd",
            WORKSPACE,
            first.name(),
            Backend.CLOUD_BUCKET,
            null,
            null,
            List.of(),
            null,
            NOW.plusSeconds(1),
            NOW.plusSeconds(1));
    write(tx -> tx.volumes().remember(first));
    assertThat(one(tx -> tx.volumes().findDeleted(WORKSPACE, first.name()))).contains(first);
    write(tx -> tx.volumes().remember(second));
    assertThat(one(tx -> tx.volumes().findDeleted(WORKSPACE, first.name()))).contains(second);
    assertThat(one(tx -> tx.volumes().findDeleted(otherWorkspace(), first.name()))).isEmpty();
    assertThat(one(tx -> tx.volumes().find(WORKSPACE, first.name()))).isEmpty();
    assertThat(this.<Boolean>read(tx -> tx.volumes().needs("1st"))).isFalse();
    assertThat(many(tx -> tx.volumes().remembered("", 10)))
        .containsExactly(first.data(), second.data());
    assertThat(many(tx -> tx.volumes().remembered("1st", 10))).containsExactly(second.data());
    write(tx -> tx.volumes().forget("2nd"));
    assertThat(one(tx -> tx.volumes().findDeleted(WORKSPACE, first.name()))).contains(first);
  }

  @Test
  default void whatALostMachineHadIsForgotten_andNothingElse() {
    Volume here = volume(WORKSPACE, "here");
    Volume lost = volume(WORKSPACE, "lost").boundTo("m2", NOW);
    Volume others = volume(otherWorkspace(), "others").boundTo("m2", NOW);
    for (Volume each : List.of(here, lost, others)) {
      write(tx -> tx.volumes().remember(each));
    }
    assertThat(many(tx -> tx.volumes().remembered("", 10)))
        .contains(new VolumeData(lost.id(), StorePlace.DISK, new VolumeHome(WORKSPACE, "m2")));
    write(tx -> tx.volumes().forgetOn(WORKSPACE, "m2"));
    assertThat(many(tx -> tx.volumes().remembered("", 10)))
        .contains(here.data(), others.data())
        .doesNotContain(lost.data());
  }

  @Test
  default void aVolumeAndABundleOfOneNameAreHeldApart() {
    write(tx -> tx.holds().hold(WORKSPACE, new VolumeName("db"), "w1"));
    write(tx -> tx.holds().hold(WORKSPACE, List.of(new BundleName("db")), "w2"));
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, new VolumeName("db"), 10)))
        .containsExactly("w1");
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, new BundleName("db"), 10)))
        .containsExactly("w2");
    write(tx -> tx.holds().release("w1"));
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, new VolumeName("db"), 10))).isEmpty();
  }
}
