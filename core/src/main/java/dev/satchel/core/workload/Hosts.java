package dev.satchel.core.workload;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.audit.Acts;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.credential.Credential;
import dev.satchel.core.credential.CredentialKind;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.credential.HostRules;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import dev.satchel.core.workload.WorkloadStore.Placed;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The hosts on which workloads run, as operators see them. Thread-safe. */
public final class Hosts {
  private static final Pattern ID = Pattern.compile("[a-z0-9]{1,32}");

  private final Store store;
  private final Acts acts;
  private final Engines engines;
  private final Consumer<String> wake;
  private final InstantSource clock;

  /**
   * @param wake told of each workload that is to be looked at
   */
  Hosts(Store store, Acts acts, Engines engines, Consumer<String> wake, InstantSource clock) {
    this.store = store;
    this.acts = acts;
    this.engines = engines;
    this.wake = wake;
    this.clock = clock;
  }

  /** What the store says of them. */
  private record Known(List<Credential> credentials, List<Placed> placed) {}

  /**
   * The server's own engines, those of the workspace's credentials, and those that attempts were
   * started on. Whatever was not asked yet is asked, and waited for a moment.
   */
  public List<HostStatus> list(Actor actor) {
    Known known = store.read(tx -> known(tx, actor));
    List<HostStatus> hosts = new ArrayList<>();
    Map<Place, EngineSight> sights = looked(places(known));
    sights.forEach((place, sight) -> hosts.addAll(statuses(place, sight, known)));
    return hosts;
  }

  private static Known known(Tx tx, Actor actor) {
    return new Known(
        tx.credentials().ofKind(actor.workspace(), CredentialKind.DOCKER),
        tx.workloads().placed(actor.workspace()));
  }

  /**
   * Declares a host lost: what was started there ends as lost, which a retry or a recovery may
   * follow, whether the host is ever seen again or not. What still runs there is removed should it
   * be.
   *
   * @throws RefusedException HOST_NOT_FOUND; HOST_REACHABLE where it answers; UNSUPPORTED where it
   *     is the server's own machine
   */
  public HostStatus lose(Actor actor, String id) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    HostStatus lost =
        acts.recorded(
            now,
            actor,
            "host.lose",
            ID.matcher(id).matches() ? id : "",
            () -> lose(actor, id, now));
    lost.attempts().forEach(attempt -> wake.accept(attempt.workload()));
    return lost;
  }

  private HostStatus lose(Actor actor, String id, Instant now) {
    HostStatus asked = losable(list(actor), id);
    Place place = new Place(asked.engine(), asked.address());
    return store.write(
        tx -> { // It may have come back by now, or have other attempts.
          HostStatus host = losable(statuses(place, sight(place), known(tx, actor)), id);
          markLost(tx, host);
          if (host.machine() != null && !host.isOfTheServer()) { // What it still had of them.
            tx.volumes().forgetOn(actor.workspace(), host.machine());
          }
          tx.audit()
              .append(
                  AuditRow.ok(now, actor, "host.lose", id)
                      .withDetail(host.attempts().size() + " attempts"));
          return host;
        });
  }

  private static void markLost(Tx tx, HostStatus host) {
    for (AttemptId id : host.attempts()) {
      Attempt attempt = tx.workloads().attempt(id).orElseThrow();
      if (!attempt.state().isTerminal()) {
        String reason = "An operator declared its host lost.";
        tx.workloads().update(attempt.because(Cause.LOST, reason));
      }
    }
  }

  /** The host of this id; refused where nothing of it is lost. */
  private static HostStatus losable(List<HostStatus> hosts, String id) {
    HostStatus host =
        hosts.stream()
            .filter(it -> it.id().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    new RefusedException(
                        Reason.HOST_NOT_FOUND,
                        "There is no such host; \"satchel hosts\" shows those that there are."));
    if (host.sight().state() != EngineSight.State.UNREACHABLE) {
      throw new RefusedException(
          Reason.HOST_REACHABLE,
          "This host answers, or is being asked for the first time, so that nothing of it is lost."
              + " End what runs there: satchel terminate.");
    }
    if (host.isOfTheServer() && !host.replaced()) {
      throw new RefusedException(
          Reason.UNSUPPORTED,
          "This engine is on the server's own machine, which is not lost: its jobs go on, with the"
              + " server's volumes, while it does not answer. Start the engine again (systemctl"
              + " start docker), then end what is to end: satchel terminate. Where it is gone for"
              + " good, start another there: what ran on the first is then a host of its own, which"
              + " can be declared lost.");
    }
    return host;
  }

  /** An engine; its address is null for the server's own. */
  private record Place(String engine, @Nullable EngineAddress address) {}

  private List<Place> places(Known known) {
    List<Place> places = new ArrayList<>();
    engines.own().forEach(engine -> places.add(new Place(engine.name(), null)));
    for (Credential credential : known.credentials()) {
      places.add(
          new Place(CredentialKind.DOCKER.word(), new EngineAddress(credential.setting("host"))));
    }
    for (Placed placed : known.placed()) {
      places.add(new Place(placed.engine(), addressOf(placed)));
    }
    return places.stream().distinct().toList();
  }

  private static @Nullable EngineAddress addressOf(Placed placed) {
    Placement on = placed.attempt().placedOn();
    return on == null ? null : on.address();
  }

  private Map<Place, EngineSight> looked(List<Place> places) {
    long deadline = System.nanoTime() + Engines.PATIENCE.toNanos();
    Map<Place, EngineSight> sights = new LinkedHashMap<>();
    do {
      places.forEach(place -> sights.put(place, sight(place)));
    } while (sights.values().stream().anyMatch(it -> it.state() == EngineSight.State.ASKED)
        && System.nanoTime() < deadline
        && Engines.slept());
    return sights;
  }

  private EngineSight sight(Place place) {
    try {
      return engines.at(place.engine(), place.address()).sight();
    } catch (RefusedException refused) { // No more engines are kept, or none of this name is.
      return new EngineSight(EngineSight.State.UNREACHABLE, null, null, refused.detail());
    }
  }

  /**
   * A place with what was started there; and as another host, what was started there while it was
   * another machine, which is not seen from here any more.
   */
  private List<HostStatus> statuses(Place place, EngineSight sight, Known known) {
    List<Credential> credentials =
        known.credentials().stream()
            .filter(
                it -> place.address() != null && it.setting("host").equals(place.address().value()))
            .toList();
    EngineIdentity identity = sight.identity();
    String machine = identity == null ? null : identity.host();
    Map<String, List<AttemptId>> byMachine = new LinkedHashMap<>();
    List<AttemptId> here = new ArrayList<>();
    for (Placed placed : known.placed()) {
      Placement on = placed.attempt().placedOn();
      if (on != null && place.equals(new Place(placed.engine(), on.address()))) {
        boolean elsewhere = machine != null && !on.engine().host().equals(machine);
        (elsewhere ? byMachine.computeIfAbsent(on.engine().host(), _ -> new ArrayList<>()) : here)
            .add(placed.attempt().id());
        machine = machine == null ? on.engine().host() : machine;
      }
    }
    EngineAddress address = place.address();
    Map<String, String> labels = new LinkedHashMap<>(engines.labels(place.engine(), address));
    credentials.forEach(credential -> labels.putAll(HostRules.labels(credential)));
    List<HostStatus> statuses = new ArrayList<>();
    statuses.add(
        new HostStatus(
            address == null ? place.engine() : address.mark(),
            place.engine(),
            address,
            credentials.stream().map(Credential::name).toList(),
            machine,
            labels,
            sight,
            here,
            false));
    byMachine.forEach((other, attempts) -> statuses.add(earlier(place, other, sight, attempts)));
    return statuses;
  }

  private static HostStatus earlier(
      Place place, String machine, EngineSight sight, List<AttemptId> attempts) {
    EngineAddress address = place.address();
    String where = place.engine() + " " + (address == null ? "" : address) + " " + machine;
    boolean replaced = sight.state() == EngineSight.State.REACHABLE;
    return new HostStatus(
        EngineAddress.mark(where),
        place.engine(),
        address,
        List.<CredentialName>of(),
        machine,
        Map.of(),
        replaced
            ? new EngineSight(
                EngineSight.State.UNREACHABLE,
                null,
                null,
                "Another machine answers there than the one that these attempts were started on.")
            : sight,
        attempts,
        replaced);
  }
}
