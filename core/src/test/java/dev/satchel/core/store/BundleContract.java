package dev.satchel.core.store;

import static dev.satchel.core.store.Rows.bundle;
import static dev.satchel.core.store.Rows.bytes;
import static dev.satchel.core.store.Rows.variables;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.BundleSummary;
import dev.satchel.core.secret.Place;
import dev.satchel.core.secret.SealedEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every store keeps to about bundles and holds. */
interface BundleContract extends StoreHost {
  @Test
  default void aBundleComesBackAsItWasWritten() {
    Bundle bundle = bundle("db");
    byte[] everyByte = new byte[256];
    for (int i = 0; i < everyByte.length; i++) {
      everyByte[i] = (byte) i;
    }
    write(
        tx ->
            tx.bundles()
                .insert(
                    bundle,
                    List.of(
                        new SealedEntry(new Place.File("tls/ключ.pem"), everyByte),
                        new SealedEntry(new Place.Env("B"), bytes("b")),
                        new SealedEntry(new Place.Env("A"), new byte[0]))));
    assertThat(found("db")).isEqualTo(bundle);
    assertThat(many(tx -> tx.bundles().places(bundle.id())))
        .as("by type and location")
        .containsExactly(new Place.Env("A"), new Place.Env("B"), new Place.File("tls/ключ.pem"));
    assertThat(many(tx -> tx.bundles().entries(bundle.id())))
        .extracting(SealedEntry::place, SealedEntry::box)
        .containsExactly(
            tuple(new Place.Env("A"), new byte[0]),
            tuple(new Place.Env("B"), bytes("b")),
            tuple(new Place.File("tls/ключ.pem"), everyByte));
  }

  @Test
  default void aBundleThatIsNotThereIsNotFound() {
    assertThat(one(tx -> tx.bundles().find(WORKSPACE, new BundleName("none")))).isEmpty();
    assertThat(many(tx -> tx.bundles().entries("none"))).isEmpty();
    assertThat(many(tx -> tx.bundles().places("none"))).isEmpty();
  }

  @Test
  default void aReplacedBundleHasOnlyItsNewEntriesAndRevision() {
    write(tx -> tx.bundles().insert(bundle("db"), variables("A=1", "B=2")));
    Bundle next = bundle(WORKSPACE, "id-of-db", "db", 2);
    write(tx -> tx.bundles().replace(next, variables("B=3", "C=4")));
    assertThat(found("db")).isEqualTo(next);
    assertThat(boxes("id-of-db")).containsExactly("B=3", "C=4");
  }

  @Test
  default void aDeletedBundleTakesItsEntriesWithItAndFreesItsName() {
    write(tx -> tx.bundles().insert(bundle("db"), variables("A=1")));
    write(tx -> tx.bundles().insert(bundle("other"), variables("A=2")));
    write(tx -> tx.bundles().delete("id-of-db"));
    assertThat(one(tx -> tx.bundles().find(WORKSPACE, new BundleName("db")))).isEmpty();
    assertThat(boxes("id-of-db")).isEmpty();
    assertThat(boxes("id-of-other")).containsExactly("A=2");
    write(tx -> tx.bundles().insert(bundle(WORKSPACE, "second", "db", 1), variables("B=1")));
    assertThat(found("db").id()).isEqualTo("second");
  }

  @Test
  default void aNameIsTakenOnceInAWorkspaceAndFreeInAnother() {
    Bundle elsewhere = bundle(otherWorkspace(), "elsewhere", "db", 1);
    write(tx -> tx.bundles().insert(bundle("db"), variables("A=1")));
    write(tx -> tx.bundles().insert(elsewhere, variables("A=2")));
    assertThatThrownBy(
            () ->
                write(
                    tx -> tx.bundles().insert(bundle(WORKSPACE, "new", "db", 1), variables("A=3"))))
        .isInstanceOf(RuntimeException.class);
    assertThat(found("db").id()).isEqualTo("id-of-db");
    assertThat(one(tx -> tx.bundles().find(otherWorkspace(), new BundleName("db"))))
        .contains(elsewhere);
  }

  @Test
  default void namesThatDifferInCaseAreDifferentNames() {
    write(tx -> tx.bundles().insert(bundle("db"), variables("A=1")));
    write(tx -> tx.bundles().insert(bundle("DB"), variables("A=2")));
    assertThat(found("db").id()).isEqualTo("id-of-db");
    assertThat(found("DB").id()).isEqualTo("id-of-DB");
  }

  @Test
  default void bundlesAreListedByNameInPagesThatMissNone() {
    write(
        tx -> {
          for (String name : List.of("c", "a", "e", "B", "d")) {
            tx.bundles().insert(bundle(name), variables("A=1"));
          }
          tx.bundles().insert(bundle(otherWorkspace(), "x", "elsewhere", 1), variables("A=1"));
        });
    assertThat(listed("", 10)).containsExactly("B", "a", "c", "d", "e");
    assertThat(listed("", 2)).containsExactly("B", "a");
    assertThat(listed("a", 2)).containsExactly("c", "d");
    assertThat(listed("d", 2)).containsExactly("e");
    assertThat(listed("e", 2)).isEmpty();
  }

  @Test
  default void aListSaysHowManyHoldEachName() {
    write(
        tx -> {
          tx.bundles().insert(bundle("a"), variables("A=1"));
          tx.bundles().insert(bundle("b"), variables("A=1"));
          tx.holds().hold(WORKSPACE, List.of(new BundleName("a")), "w1");
          tx.holds().hold(WORKSPACE, List.of(new BundleName("a")), "w2");
          tx.holds().hold(otherWorkspace(), List.of(new BundleName("b")), "w3");
        });
    assertThat(many(tx -> tx.bundles().list(WORKSPACE, "", 10)))
        .extracting(BundleSummary::holds)
        .containsExactly(2, 0);
  }

  @Test
  default void namesThatAreAlikeAreOffered() {
    write(
        tx -> {
          for (String name : List.of("wandb", "Database", "data-2", "data-old", "data-older")) {
            tx.bundles().insert(bundle(name), variables("A=1"));
          }
          tx.bundles().insert(bundle(otherWorkspace(), "x", "data", 1), variables("A=1"));
        });
    assertThat(like("data")).hasSize(3).startsWith("data-2").doesNotContain("wandb", "data");
    assertThat(like("DATABASE")).startsWith("Database");
    assertThat(like("wandb2")).containsExactly("wandb");
    assertThat(like("zzz")).isEmpty();
    assertThat(like("w_n")).as("no pattern of whoever asks").isEmpty();
  }

  @Test
  default void holdingTwiceIsHoldingOnce() {
    var names = List.of(new BundleName("a"), new BundleName("b"));
    write(tx -> tx.holds().hold(WORKSPACE, names, "w2"));
    write(tx -> tx.holds().hold(WORKSPACE, names, "w2"));
    write(tx -> tx.holds().hold(WORKSPACE, List.of(new BundleName("a")), "w1"));
    assertThat(holders("a", 10)).as("by id").containsExactly("w1", "w2");
    assertThat(holders("a", 1)).containsExactly("w1");
    assertThat(holders("b", 10)).containsExactly("w2");
    assertThat(many(tx -> tx.holds().holders(otherWorkspace(), new BundleName("a"), 10))).isEmpty();
  }

  @Test
  default void aReleaseEndsEveryHoldOfItsWorkloadAndNoOther() {
    var names = List.of(new BundleName("a"), new BundleName("b"));
    write(tx -> tx.holds().hold(WORKSPACE, names, "w1"));
    write(tx -> tx.holds().hold(WORKSPACE, names, "w2"));
    write(tx -> tx.holds().release("w1"));
    assertThat(holders("a", 10)).containsExactly("w2");
    assertThat(holders("b", 10)).containsExactly("w2");
  }

  @Test
  default void aHoldOutlivesADeletedBundle() {
    write(tx -> tx.bundles().insert(bundle("a"), variables("A=1")));
    write(tx -> tx.holds().hold(WORKSPACE, List.of(new BundleName("a")), "w1"));
    write(tx -> tx.bundles().delete("id-of-a"));
    assertThat(holders("a", 10)).containsExactly("w1");
  }

  private Bundle found(String name) {
    return read(tx -> tx.bundles().find(WORKSPACE, new BundleName(name))).orElseThrow();
  }

  private List<String> boxes(String bundleId) {
    return read(tx -> tx.bundles().entries(bundleId)).stream()
        .map(
            entry ->
                entry.place().location() + "=" + new String(entry.box(), StandardCharsets.UTF_8))
        .toList();
  }

  private List<String> listed(String after, int limit) {
    return read(tx -> tx.bundles().list(WORKSPACE, after, limit)).stream()
        .map(summary -> summary.bundle().name().value())
        .toList();
  }

  private List<String> like(String name) {
    return read(tx -> tx.bundles().like(WORKSPACE, new BundleName(name))).stream()
        .map(BundleName::value)
        .toList();
  }

  private List<String> holders(String name, int limit) {
    return read(tx -> tx.holds().holders(WORKSPACE, new BundleName(name), limit));
  }
}
