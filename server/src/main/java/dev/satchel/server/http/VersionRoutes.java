package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.Executable;
import dev.satchel.core.application.PartId;
import dev.satchel.core.application.Version;
import dev.satchel.core.application.Versions;
import java.nio.charset.StandardCharsets;

/** The routes of versions. */
final class VersionRoutes {
  private final Versions versions;

  VersionRoutes(Versions versions) {
    this.versions = versions;
  }

  void create(Exchange exchange) {
    Fields body = ApplicationPages.body(exchange);
    ApplicationId application = ApplicationPages.application(exchange);
    PartId id = ApplicationPages.newId(body);
    exchange.answer(
        201,
        item(versions.create(exchange.actor(), application, id, ApplicationPages.about(body))));
  }

  void update(Exchange exchange) {
    Fields body = ApplicationPages.body(exchange);
    ApplicationId application = ApplicationPages.application(exchange);
    PartId id = ApplicationPages.part(exchange);
    exchange.answer(
        200,
        item(versions.update(exchange.actor(), application, id, ApplicationPages.about(body))));
  }

  void get(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    PartId id = ApplicationPages.part(exchange);
    exchange.answer(200, item(versions.get(exchange.actor(), application, id)));
  }

  void list(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    ApplicationPages.answer(
        exchange,
        (after, limit) -> versions.list(exchange.actor(), application, after, limit),
        last -> last.id().value(),
        VersionRoutes::item,
        true);
  }

  void delete(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    versions.delete(exchange.actor(), application, ApplicationPages.part(exchange));
    exchange.answerNothing();
  }

  private static ObjectNode item(Version version) {
    Executable executable = version.executable();
    ObjectNode item =
        Json.object()
            .put("id", version.id().value())
            .put("application_id", version.application().value())
            .put("name", version.name())
            .put("description", version.description())
            .put("created_at", version.createdAt().toString())
            .put("updated_at", version.updatedAt().toString());
    item.putObject("executable")
        .put("id", executable.id())
        .put("user_email", executable.by())
        .put("uploaded_at", executable.uploadedAt().toString())
        .set(
            "requirements", Json.parse(executable.requirements().getBytes(StandardCharsets.UTF_8)));
    return item;
  }
}
