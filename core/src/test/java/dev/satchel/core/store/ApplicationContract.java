package dev.satchel.core.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bundle;
import static dev.satchel.core.store.Rows.variables;
import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.application.Application;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.Executable;
import dev.satchel.core.application.Instance;
import dev.satchel.core.application.InstanceConfiguration;
import dev.satchel.core.application.InstanceConfiguration.Format;
import dev.satchel.core.application.InstanceConfiguration.Queuing;
import dev.satchel.core.application.ManagedInput;
import dev.satchel.core.application.PartId;
import dev.satchel.core.application.SecretsCollection;
import dev.satchel.core.application.Version;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.store.Tx.LockKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every store keeps to about applications, and about collections beside other bundles. */
interface ApplicationContract extends StoreHost {
  ApplicationId SEED = new ApplicationId("seed");
  Executable EXECUTABLE = new Executable("exe-1", NOW, "me", "{\"a\": 1}", "d1");

  private static Application application(String id, @Nullable Executable executable) {
    return new Application(
        new ApplicationId(id), WORKSPACE, "N", "D", "custom", "i", "", executable, NOW, NOW);
  }

  private static Version version(String id) {
    return new Version(SEED, new PartId(id), WORKSPACE, "N", "", EXECUTABLE, NOW, NOW);
  }

  private static Instance instance(String id, String version, InstanceConfiguration how) {
    return new Instance(
        SEED, new PartId(id), WORKSPACE, version, "N", "", how, true, NOW, NOW.plusNanos(1000));
  }

  private static CollectionName name(String application, String id) {
    return new CollectionName(new ApplicationId(application), new PartId(id));
  }

  private static SecretsCollection collection(String application, String id, long revision) {
    return new SecretsCollection(
        "box-" + application + id, WORKSPACE, name(application, id), "T", "D", revision, NOW, NOW);
  }

  private void seed() {
    write(tx -> tx.applications().insert(application("seed", null)));
  }

  @Test
  default void anApplicationComesBackAsItWasWritten() {
    seed();
    assertThat(one(tx -> tx.applications().find(WORKSPACE, SEED)))
        .contains(application("seed", null));
    write(tx -> tx.applications().update(application("seed", EXECUTABLE)));
    assertThat(one(tx -> tx.applications().find(WORKSPACE, SEED)))
        .contains(application("seed", EXECUTABLE));
    assertThat(this.<Boolean>read(tx -> tx.applications().hasCode("d1"))).isTrue();
    assertThat(one(tx -> tx.applications().find(otherWorkspace(), SEED))).isEmpty();
    write(tx -> tx.applications().insert(application("Z", null)));
    assertThat(many(tx -> tx.applications().list(WORKSPACE, "", 5)))
        .extracting(it -> it.id().value())
        .containsExactly("Z", "seed");
    assertThat(many(tx -> tx.applications().list(WORKSPACE, "Z", 5))).hasSize(1);
    assertThat(this.<Integer>read(tx -> tx.applications().count(WORKSPACE))).isEqualTo(2);
  }

  @Test
  default void versionsAndInstancesComeBackAndGoWithTheirApplication() {
    seed();
    InstanceConfiguration how =
        new InstanceConfiguration(
            "c", new Format("json", null), Map.of("b", "1"), "s", new Queuing(3, false), "x");
    Instance second = instance("i2", "v2", InstanceConfiguration.NONE);
    write(
        tx -> {
          tx.applications().versions().insert(version("v1"));
          tx.applications().instances().insert(instance("i1", "v1", how));
          tx.applications().instances().insert(second);
        });
    assertThat(one(tx -> tx.applications().versions().find(WORKSPACE, SEED, new PartId("v1"))))
        .contains(version("v1"));
    assertThat(this.<Boolean>read(tx -> tx.applications().hasCode("d1"))).isTrue();
    assertThat(this.<Boolean>read(tx -> tx.applications().hasCode("d2"))).isFalse();
    assertThat(many(tx -> tx.applications().instances().list(WORKSPACE, SEED, "", 5)))
        .containsExactly(instance("i1", "v1", how), second);
    assertThat(many(tx -> tx.applications().instances().of(WORKSPACE, SEED, new PartId("v1"), 5)))
        .containsExactly(new PartId("i1"));
    write(tx -> tx.applications().instances().delete(WORKSPACE, SEED, new PartId("i2")));
    assertThat(this.<Integer>read(tx -> tx.applications().instances().count(WORKSPACE, SEED)))
        .isEqualTo(1);
    write(tx -> tx.applications().delete(WORKSPACE, SEED));
    seed();
    assertThat(many(tx -> tx.applications().versions().list(WORKSPACE, SEED, "", 5))).isEmpty();
    assertThat(many(tx -> tx.applications().instances().list(WORKSPACE, SEED, "", 5))).isEmpty();
  }

  private static ManagedInput input(String id, String name) {
    return new ManagedInput(
        SEED,
        new PartId(id),
        WORKSPACE,
        name,
        "D",
        new Format("json", null),
        "f" + id,
        "u",
        "r",
        NOW,
        NOW);
  }

  @Test
  default void managedInputsComeBackAndGoWithTheirApplication() {
    seed();
    write(
        tx -> {
          tx.lock(WORKSPACE, SEED, LockKind.EXCLUSIVE);
          tx.inputs().insert(input("a", "N"));
          tx.inputs().insert(input("b", "N"));
          tx.inputs().insert(input("c", "N"));
          tx.inputs().update(input("b", "other"));
          tx.inputs().delete(WORKSPACE, SEED, new PartId("c"));
        });
    assertThat(one(tx -> tx.inputs().find(WORKSPACE, SEED, new PartId("b"))))
        .contains(input("b", "other"));
    assertThat(one(tx -> tx.inputs().find(otherWorkspace(), SEED, new PartId("b")))).isEmpty();
    assertThat(many(tx -> tx.inputs().list(WORKSPACE, SEED, "a", 5)))
        .containsExactly(input("b", "other"));
    assertThat(many(tx -> tx.inputs().list(WORKSPACE, SEED, "", 1)))
        .containsExactly(input("a", "N"));
    assertThat(this.<Integer>read(tx -> tx.inputs().count(WORKSPACE, SEED))).isEqualTo(2);
    assertThat(this.<Boolean>read(tx -> tx.inputs().hasFile("fa"))).isTrue();
    write(tx -> tx.applications().delete(WORKSPACE, SEED));
    seed();
    assertThat(many(tx -> tx.inputs().list(WORKSPACE, SEED, "", 5))).isEmpty();
    assertThat(this.<Boolean>read(tx -> tx.inputs().hasFile("fa"))).isFalse();
  }

  @Test
  default void aCollectionAndABundleOfOneNameAreApart() {
    write(
        tx -> {
          tx.bundles().insert(bundle("keys"), variables("A=plain"));
          tx.collections().insert(collection("seed", "keys", 1), variables("A=1", "B=2"));
          tx.collections().insert(collection("other", "keys", 1), variables());
        });
    assertThat(many(tx -> tx.bundles().list(WORKSPACE, "", 9))).hasSize(1);
    assertThat(many(tx -> tx.bundles().like(WORKSPACE, new BundleName("keys")))).hasSize(1);
    assertThat(one(tx -> tx.collections().find(WORKSPACE, name("seed", "keys"))))
        .contains(collection("seed", "keys", 1));
    assertThat(many(tx -> tx.collections().entries("box-seedkeys"))).hasSize(2);
    assertThat(many(tx -> tx.collections().entries("id-of-keys"))).as("of a bundle").isEmpty();
    write(tx -> tx.bundles().delete("box-seedkeys"));
    write(tx -> tx.collections().delete("id-of-keys"));
    assertThat(one(tx -> tx.bundles().find(WORKSPACE, new BundleName("keys")))).isPresent();
    assertThat(many(tx -> tx.collections().list(WORKSPACE, SEED, "", 9))).hasSize(1);
    write(tx -> tx.collections().replace(collection("seed", "keys", 2), variables("C=3")));
    assertThat(many(tx -> tx.collections().entries("box-seedkeys"))).hasSize(1);
    write(tx -> tx.collections().deleteAll(WORKSPACE, SEED));
    assertThat(many(tx -> tx.collections().entries("box-seedkeys"))).isEmpty();
    assertThat(this.<Integer>read(tx -> tx.collections().count(WORKSPACE, SEED))).isZero();
    assertThat(one(tx -> tx.collections().find(WORKSPACE, name("other", "keys")))).isPresent();
  }

  @Test
  default void holdsOfACollectionAreHoldsOfItsApplication() {
    write(
        tx -> {
          tx.lock(WORKSPACE, SEED, LockKind.SHARED);
          tx.lock(WORKSPACE, name("seed", "keys"), LockKind.SHARED);
          tx.holds().hold(WORKSPACE, name("seed", "keys"), "r1");
          tx.holds().hold(WORKSPACE, SEED, "r2");
          tx.holds().hold(WORKSPACE, SEED, "r1");
          tx.holds().hold(WORKSPACE, name("seed2", "keys"), "r3");
        });
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, name("seed", "keys"), 9)))
        .containsExactly("r1");
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, SEED, 9))).isEqualTo(List.of("r1", "r2"));
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, new BundleName("keys"), 9))).isEmpty();
    write(tx -> tx.holds().release("r1"));
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, SEED, 9))).containsExactly("r2");
  }
}
