package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.application.Application;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.Applications;

/**
 * The routes of applications themselves. Answers never have members that the client would take for
 * its own ({@code client}, {@code endpoint}).
 */
final class ApplicationRoutes {
  private final Applications applications;

  ApplicationRoutes(Applications applications) {
    this.applications = applications;
  }

  void create(Exchange exchange) {
    Fields body = ApplicationPages.body(exchange);
    ApplicationId id = new ApplicationId(body.requiredText("id"));
    exchange.answer(
        201,
        item(
            applications.create(
                exchange.actor(),
                id,
                ApplicationPages.about(body),
                body.flag("is_pipeline"),
                defaults(body))));
  }

  void update(Exchange exchange) {
    Fields body = ApplicationPages.body(exchange);
    ApplicationId id = ApplicationPages.application(exchange);
    exchange.answer(
        200,
        item(
            applications.update(
                exchange.actor(), id, ApplicationPages.about(body), defaults(body))));
  }

  void get(Exchange exchange) {
    ApplicationId id = ApplicationPages.application(exchange);
    exchange.answer(200, item(applications.get(exchange.actor(), id)));
  }

  void list(Exchange exchange) {
    ApplicationPages.answer(
        exchange,
        (after, limit) -> applications.list(exchange.actor(), after, limit),
        last -> last.id().value(),
        ApplicationRoutes::item,
        true);
  }

  void delete(Exchange exchange) {
    applications.delete(exchange.actor(), ApplicationPages.application(exchange));
    exchange.answerNothing();
  }

  private static Applications.Defaults defaults(Fields body) {
    return new Applications.Defaults(
        body.text("default_instance"), body.text("default_experiment_instance"));
  }

  private static ObjectNode item(Application application) {
    return Json.object()
        .put("id", application.id().value())
        .put("name", application.name())
        .put("description", application.description())
        .put("type", application.type())
        .put("default_instance", application.defaultInstance())
        .put("default_experiment_instance", application.defaultExperimentInstance())
        .put("locked", false)
        .put("created_at", application.createdAt().toString())
        .put("updated_at", application.updatedAt().toString());
  }
}
