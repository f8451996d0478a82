package dev.satchel.server.http;

import dev.satchel.api.HostItem;
import dev.satchel.api.Page;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.EngineAddress;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.HostStatus;
import dev.satchel.core.workload.Hosts;
import java.util.Locale;

/** The routes of hosts. */
final class HostRoutes {
  private static final int WORKLOADS_SHOWN = 1000;

  private final Hosts hosts;

  HostRoutes(Hosts hosts) {
    this.hosts = hosts;
  }

  void list(Exchange exchange) {
    exchange.allowQuery();
    exchange.answer(
        200,
        new Page<>(hosts.list(exchange.actor()).stream().map(HostRoutes::item).toList(), null));
  }

  void lose(Exchange exchange) {
    exchange.allowQuery();
    exchange.answer(200, item(hosts.lose(exchange.actor(), exchange.path("id"))));
  }

  private static HostItem item(HostStatus host) {
    EngineAddress address = host.address();
    return new HostItem(
        host.id(),
        host.engine(),
        address == null ? null : address.value(),
        host.credentials().stream().map(CredentialName::value).toList(),
        host.machine(),
        host.labels(),
        host.sight().state().name().toLowerCase(Locale.ROOT),
        host.sight().since(),
        host.sight().reason(),
        host.attempts().size(),
        host.attempts().stream()
            .map(AttemptId::workload)
            .distinct()
            .limit(WORKLOADS_SHOWN)
            .toList());
  }
}
