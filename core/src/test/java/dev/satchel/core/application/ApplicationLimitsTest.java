package dev.satchel.core.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.secret.BouncyCastleSealer;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.store.MemoryStore;
import dev.satchel.core.store.Rows;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How many there may be of everything. */
final class ApplicationLimitsTest {
  private static final Actor ADMIN =
      new Actor("default", "t", "admin", Set.of(Role.ADMIN), Set.of(), "");
  private static final ApplicationId SEED = new ApplicationId("seed");
  private static final PartId FIRST = new PartId("first");
  private static final PartId SECOND = new PartId("second");

  private final MemoryStore store = new MemoryStore();
  private final InstantSource clock = InstantSource.fixed(Rows.NOW);
  private final ApplicationLimits one = new ApplicationLimits(1, 1, 1, 1, 1);

  private static void assertRefused(String what, Runnable act) {
    assertThatThrownBy(act::run)
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE);
              assertThat(e.detail()).contains("at most 1 " + what);
            });
  }

  @Test
  void oneIsAllowedAndNoMore() {
    KeyRing ring = new KeyRing(new BouncyCastleSealer(), new byte[32]);
    ring.open(store, new byte[32], Rows.NOW);
    Applications applications = new Applications(store, clock, one);
    var none = new Applications.Defaults(null, null);
    var _ = applications.create(ADMIN, SEED, About.SAME, false, none);
    assertRefused(
        "applications",
        () -> applications.create(ADMIN, new ApplicationId("two"), About.SAME, false, none));
    var _ = applications.pushed(ADMIN, SEED, "{}", "d");
    Versions versions = new Versions(store, clock, one);
    var _ = versions.create(ADMIN, SEED, FIRST, About.SAME);
    assertRefused("versions", () -> versions.create(ADMIN, SEED, SECOND, About.SAME));
    Instances instances = new Instances(store, clock, one, new ExecutionClasses(List.of()));
    var _ = instances.create(ADMIN, SEED, FIRST, FIRST, About.SAME, InstanceConfiguration.NONE);
    assertRefused(
        "instances",
        () -> instances.create(ADMIN, SEED, SECOND, FIRST, About.SAME, InstanceConfiguration.NONE));
    SecretsCollections collections = new SecretsCollections(store, ring, clock, one);
    var _ = collections.create(ADMIN, new CollectionName(SEED, FIRST), About.SAME, List.of());
    assertRefused(
        "secrets collections",
        () -> collections.create(ADMIN, new CollectionName(SEED, SECOND), About.SAME, List.of()));
  }
}
