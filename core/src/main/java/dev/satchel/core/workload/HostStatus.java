package dev.satchel.core.workload;

import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.EngineAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a host stands.
 *
 * @param id the engine's name for the server's own, else a name that its address has alone
 * @param address where its engine is reached; null for the server's own
 * @param credentials those that lead there
 * @param machine which machine it is; null where it never answered
 * @param attempts those that were started there and have not ended, oldest first
 * @param replaced whether another machine answers at its address now
 */
public record HostStatus(
    String id,
    String engine,
    @Nullable EngineAddress address,
    List<CredentialName> credentials,
    @Nullable String machine,
    Map<String, String> labels,
    EngineSight sight,
    List<AttemptId> attempts,
    boolean replaced) {
  public HostStatus {
    credentials = List.copyOf(credentials);
    labels = Map.copyOf(labels);
    attempts = List.copyOf(attempts);
  }

  /** Whether its engine sees the server's files, so that its jobs may have volumes mounted. */
  boolean isOfTheServer() {
    return address == null || address.isOfThisMachine();
  }
}
