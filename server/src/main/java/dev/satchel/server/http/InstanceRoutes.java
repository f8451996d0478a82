package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.Instance;
import dev.satchel.core.application.Instances;
import dev.satchel.core.application.PartId;

/** The routes of instances. */
final class InstanceRoutes {
  private final Instances instances;

  InstanceRoutes(Instances instances) {
    this.instances = instances;
  }

  void create(Exchange exchange) {
    Fields body = ApplicationPages.body(exchange);
    ApplicationId application = ApplicationPages.application(exchange);
    PartId id = ApplicationPages.newId(body);
    String version = body.requiredText("version_id");
    exchange.answer(
        201,
        item(
            instances.create(
                exchange.actor(),
                application,
                id,
                Fields.at("version_id", () -> new PartId(version)),
                ApplicationPages.about(body),
                Configurations.read(body))));
  }

  /** The client sends the whole object as it was read: what it cannot change is not looked at. */
  void update(Exchange exchange) {
    Fields body = ApplicationPages.body(exchange);
    ApplicationId application = ApplicationPages.application(exchange);
    PartId id = ApplicationPages.part(exchange);
    String version = body.text("version_id");
    exchange.answer(
        200,
        item(
            instances.update(
                exchange.actor(),
                application,
                id,
                version == null ? null : Fields.at("version_id", () -> new PartId(version)),
                ApplicationPages.about(body),
                body.has("configuration") ? Configurations.read(body) : null)));
  }

  void lock(Exchange exchange) {
    boolean locked = ApplicationPages.body(exchange).flag("locked");
    ApplicationId application = ApplicationPages.application(exchange);
    PartId id = ApplicationPages.part(exchange);
    exchange.answer(200, item(instances.lock(exchange.actor(), application, id, locked)));
  }

  void get(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    PartId id = ApplicationPages.part(exchange);
    exchange.answer(200, item(instances.get(exchange.actor(), application, id)));
  }

  void list(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    ApplicationPages.answer(
        exchange,
        (after, limit) -> instances.list(exchange.actor(), application, after, limit),
        last -> last.id().value(),
        InstanceRoutes::item,
        true);
  }

  void delete(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    instances.delete(exchange.actor(), application, ApplicationPages.part(exchange));
    exchange.answerNothing();
  }

  private static ObjectNode item(Instance instance) {
    ObjectNode item =
        Json.object()
            .put("id", instance.id().value())
            .put("application_id", instance.application().value())
            .put("version_id", instance.version())
            .put("name", instance.name())
            .put("description", instance.description());
    item.set("configuration", Configurations.tree(instance.configuration()));
    return item.put("locked", instance.locked())
        .put("created_at", instance.createdAt().toString())
        .put("updated_at", instance.updatedAt().toString());
  }
}
