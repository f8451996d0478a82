package dev.satchel.core.store;

import static dev.satchel.core.store.Rows.NOW;
import static dev.satchel.core.store.Rows.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.satchel.core.credential.Credential;
import dev.satchel.core.credential.CredentialKind;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.SealedField;
import dev.satchel.core.secret.BundleName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every store keeps to about credentials. */
interface CredentialContract extends StoreHost {
  private static Credential credential(String workspace, String name, long revision) {
    return new Credential(
        "id-of-" + name + "-in-" + workspace,
        workspace,
        new CredentialName(name),
        CredentialKind.REGISTRY,
        Map.of("server", "ghcr.io", "username", "Größe"),
        revision,
        NOW,
        NOW.plusNanos(1000));
  }

  private static List<SealedField> fields(String... names) {
    return java.util.Arrays.stream(names)
        .map(name -> new SealedField(name, bytes("box of " + name)))
        .toList();
  }

  @Test
  default void aCredentialComesBackAsItWasWritten() {
    Credential written = credential(WORKSPACE, "ghcr", 1);
    write(tx -> tx.credentials().insert(written, fields("password", "more")));
    assertThat(one(tx -> tx.credentials().find(WORKSPACE, written.name()))).contains(written);
    assertThat(many(tx -> tx.credentials().fields(written.id())))
        .extracting(SealedField::name, SealedField::box)
        .containsExactly(
            tuple("more", bytes("box of more")), tuple("password", bytes("box of password")));
  }

  @Test
  default void aReplacedCredentialHasOnlyItsNewFields() {
    write(tx -> tx.credentials().insert(credential(WORKSPACE, "ghcr", 1), fields("a", "b")));
    Credential next =
        new Credential(
            credential(WORKSPACE, "ghcr", 2).id(),
            WORKSPACE,
            new CredentialName("ghcr"),
            CredentialKind.CLOUD,
            Map.of(),
            2,
            NOW,
            NOW.plusSeconds(1));
    write(tx -> tx.credentials().replace(next, fields("c")));
    assertThat(one(tx -> tx.credentials().find(WORKSPACE, next.name()))).contains(next);
    assertThat(many(tx -> tx.credentials().fields(next.id())))
        .extracting(SealedField::name)
        .containsExactly("c");
  }

  @Test
  default void aDeletedCredentialLeavesNothingAndFreesItsName() {
    Credential credential = credential(WORKSPACE, "ghcr", 1);
    write(tx -> tx.credentials().insert(credential, fields("a")));
    write(tx -> tx.credentials().delete(credential.id()));
    assertThat(one(tx -> tx.credentials().find(WORKSPACE, credential.name()))).isEmpty();
    assertThat(many(tx -> tx.credentials().fields(credential.id()))).isEmpty();
    write(tx -> tx.credentials().insert(credential, fields("a")));
  }

  @Test
  default void aCredentialsNameIsTakenOnceInAWorkspaceAndFreeInAnother() {
    write(tx -> tx.credentials().insert(credential(WORKSPACE, "ghcr", 1), fields("a")));
    write(tx -> tx.credentials().insert(credential(otherWorkspace(), "ghcr", 1), fields("a")));
    Credential again =
        new Credential(
            "another",
            WORKSPACE,
            new CredentialName("ghcr"),
            CredentialKind.CLOUD,
            Map.of(),
            1,
            NOW,
            NOW);
    assertThatThrownBy(() -> write(tx -> tx.credentials().insert(again, fields("a"))))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  default void credentialsAreListedByNameInPages() {
    write(
        tx -> {
          for (String name : List.of("c", "a", "B", "b")) {
            tx.credentials().insert(credential(WORKSPACE, name, 1), fields("x"));
          }
          tx.credentials().insert(credential(otherWorkspace(), "d", 1), fields("x"));
        });
    assertThat(many(tx -> tx.credentials().list(WORKSPACE, "", 3)))
        .extracting(credential -> credential.name().value())
        .containsExactly("B", "a", "b");
    assertThat(many(tx -> tx.credentials().list(WORKSPACE, "b", 3)))
        .extracting(credential -> credential.name().value())
        .containsExactly("c");
  }

  @Test
  default void credentialsOfAKindAreListedByName() {
    write(
        tx -> {
          for (String name : List.of("c", "a", "B")) {
            tx.credentials().insert(credential(WORKSPACE, name, 1), fields("x"));
          }
          tx.credentials().insert(credential(otherWorkspace(), "d", 1), fields("x"));
        });
    assertThat(many(tx -> tx.credentials().ofKind(WORKSPACE, CredentialKind.REGISTRY)))
        .extracting(credential -> credential.name().value())
        .containsExactly("B", "a", "c");
    assertThat(many(tx -> tx.credentials().ofKind(WORKSPACE, CredentialKind.CLOUD))).isEmpty();
  }

  @Test
  default void itIsSaidWhetherAWorkloadHoldsACredential() {
    CredentialName name = new CredentialName("db");
    write(tx -> tx.holds().hold(WORKSPACE, name, "w1"));
    write(tx -> tx.holds().hold(WORKSPACE, List.of(new BundleName("db")), "w2"));
    assertThat(this.<Boolean>read(tx -> tx.holds().holds(WORKSPACE, name, "w1"))).isTrue();
    assertThat(this.<Boolean>read(tx -> tx.holds().holds(WORKSPACE, name, "w2"))).isFalse();
    assertThat(this.<Boolean>read(tx -> tx.holds().holds(otherWorkspace(), name, "w1"))).isFalse();
  }

  @Test
  default void aCredentialAndABundleOfOneNameAreHeldApart() {
    write(tx -> tx.holds().hold(WORKSPACE, new CredentialName("db"), "w1"));
    write(tx -> tx.holds().hold(WORKSPACE, List.of(new BundleName("db")), "w2"));
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, new CredentialName("db"), 10)))
        .containsExactly("w1");
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, new BundleName("db"), 10)))
        .containsExactly("w2");
    write(tx -> tx.holds().release("w1"));
    assertThat(many(tx -> tx.holds().holders(WORKSPACE, new CredentialName("db"), 10))).isEmpty();
  }
}
