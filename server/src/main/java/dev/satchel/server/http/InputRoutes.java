package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.InstanceConfiguration.Format;
import dev.satchel.core.application.ManagedInput;
import dev.satchel.core.application.ManagedInputs;
import dev.satchel.core.application.PartId;

/** The routes of managed inputs. */
final class InputRoutes {
  private final ManagedInputs inputs;

  InputRoutes(ManagedInputs inputs) {
    this.inputs = inputs;
  }

  void create(Exchange exchange) {
    Fields body = ApplicationPages.body(exchange);
    ApplicationId application = ApplicationPages.application(exchange);
    PartId id = ApplicationPages.newId(body);
    Format format = Configurations.format(body.lenientObject("format"));
    exchange.answer(
        201,
        item(
            inputs.create(
                exchange.actor(),
                application,
                id,
                ApplicationPages.about(body),
                format == null ? new Format(null, null) : format,
                Configurations.text(body, "upload_id"),
                Configurations.text(body, "run_id"))));
  }

  void update(Exchange exchange) {
    Fields body = ApplicationPages.body(exchange);
    ApplicationId application = ApplicationPages.application(exchange);
    PartId id = ApplicationPages.part(exchange);
    exchange.answer(
        200, item(inputs.update(exchange.actor(), application, id, ApplicationPages.about(body))));
  }

  void get(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    PartId id = ApplicationPages.part(exchange);
    exchange.answer(200, item(inputs.get(exchange.actor(), application, id)));
  }

  void list(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    ApplicationPages.answer(
        exchange,
        (after, limit) -> inputs.list(exchange.actor(), application, after, limit),
        last -> last.id().value(),
        InputRoutes::item,
        true);
  }

  void delete(Exchange exchange) {
    ApplicationId application = ApplicationPages.application(exchange);
    inputs.delete(exchange.actor(), application, ApplicationPages.part(exchange));
    exchange.answerNothing();
  }

  private static ObjectNode item(ManagedInput input) {
    ObjectNode item =
        Json.object()
            .put("id", input.id().value())
            .put("application_id", input.application().value())
            .put("name", input.name())
            .put("description", input.description())
            .put("created_at", input.createdAt().toString())
            .put("updated_at", input.updatedAt().toString());
    Configurations.put(item, "upload_id", input.upload());
    Configurations.put(item, "run_id", input.run());
    ObjectNode format = item.putObject("format");
    String in = input.format().input();
    String out = input.format().output();
    format.putObject("input").put("type", in == null ? "json" : in);
    format.putObject("output").put("type", out == null ? "json" : out);
    return item;
  }
}
