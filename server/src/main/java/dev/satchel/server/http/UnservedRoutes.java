package dev.satchel.server.http;

import dev.satchel.api.Paths;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Permission;
import io.javalin.config.RoutesConfig;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;

/**
 * The routes of the client {@code nextmv} behind which this server has nothing: lists are empty,
 * and all else is refused with the name of what is asked for.
 */
final class UnservedRoutes {
  private static final String ONE = Paths.APPLICATIONS + "/{app}";
  private static final String ALL_APPS = "/v1/marketplace/apps";
  private static final String APPS = "/v1/marketplace/partners/{partner}/apps";
  private static final String SUBSCRIPTIONS = "/v1/marketplace/subscriptions";
  private static final String SSO = "/v1/enterprise/sso";
  private static final String ORGANIZATIONS = "/v1/organization";
  private static final Map<String, String> EXPERIMENTS =
      Map.of(
          "inputsets", "input sets",
          "batch", "batch experiments and scenario tests",
          "acceptance", "acceptance tests",
          "shadow", "shadow tests",
          "switchback", "switchback tests");

  private record Unserved(String thing, String path, HandlerType... methods) {}

  private static final List<Unserved> ALL =
      List.of(
          experiment("/experiments/{kind}", HandlerType.POST),
          experiment(
              "/experiments/{kind}/{id}",
              HandlerType.GET,
              HandlerType.PUT,
              HandlerType.PATCH,
              HandlerType.DELETE),
          experiment("/experiments/{kind}/{id}/metadata", HandlerType.GET),
          experiment("/experiments/{kind}/{id}/runs", HandlerType.GET),
          experiment("/experiments/{kind}/{id}/start", HandlerType.PUT),
          experiment("/experiments/{kind}/{id}/stop", HandlerType.PUT),
          new Unserved("ensembles", ONE + "/ensembles", HandlerType.POST),
          new Unserved(
              "ensembles",
              ONE + "/ensembles/{id}",
              HandlerType.GET,
              HandlerType.PATCH,
              HandlerType.DELETE),
          new Unserved("ensembles", ONE + "/runs/{id}/ensemble", HandlerType.GET),
          new Unserved("integrations", Paths.INTEGRATIONS, HandlerType.POST),
          new Unserved(
              "integrations",
              Paths.INTEGRATIONS + "/{id}",
              HandlerType.GET,
              HandlerType.PUT,
              HandlerType.DELETE),
          new Unserved("organizations", ORGANIZATIONS, HandlerType.POST),
          new Unserved(
              "organizations",
              ORGANIZATIONS + "/{id}",
              HandlerType.GET,
              HandlerType.PUT,
              HandlerType.DELETE),
          new Unserved("organizations", "/v1/internal/me/organization", HandlerType.GET),
          new Unserved(
              "single sign-on",
              SSO,
              HandlerType.GET,
              HandlerType.POST,
              HandlerType.PUT,
              HandlerType.DELETE),
          new Unserved("single sign-on", SSO + "/enable", HandlerType.PUT),
          new Unserved("single sign-on", SSO + "/disable", HandlerType.PUT),
          new Unserved("single sign-on", SSO + "/domain", HandlerType.GET),
          new Unserved("single sign-on", SSO + "/domains/{domain}", HandlerType.DELETE),
          new Unserved("marketplace", APPS, HandlerType.POST),
          new Unserved("marketplace", APPS + "/{id}", HandlerType.GET, HandlerType.PUT),
          new Unserved("marketplace", APPS + "/{id}/versions", HandlerType.POST),
          new Unserved(
              "marketplace", APPS + "/{id}/versions/{version}", HandlerType.GET, HandlerType.PUT),
          new Unserved("marketplace", SUBSCRIPTIONS, HandlerType.POST),
          new Unserved("marketplace", SUBSCRIPTIONS + "/{id}", HandlerType.GET, HandlerType.DELETE),
          new Unserved("community applications", "/v0/internal/tools", HandlerType.GET));

  private final ApplicationParts parts;

  UnservedRoutes(ApplicationParts parts) {
    this.parts = parts;
  }

  void addTo(RoutesConfig routes, Api api) {
    for (Unserved each : ALL) {
      for (HandlerType method : each.methods()) {
        routes.addHttpHandler(
            method,
            each.path(),
            method.equals(HandlerType.GET)
                ? api.secured(Permission.READ_APPLICATIONS, exchange -> refuse(exchange, each))
                : api.acting(
                    Permission.WRITE_APPLICATIONS,
                    "application.write",
                    exchange -> refuse(exchange, each)));
      }
    }
    for (String list : List.of(ONE + "/experiments/{kind}", ONE + "/ensembles")) {
      boolean isArray = list.endsWith("}");
      routes.get(
          list,
          api.secured(
              Permission.READ_APPLICATIONS,
              exchange -> {
                var _ =
                    parts
                        .applications()
                        .get(exchange.actor(), ApplicationPages.application(exchange));
                if (isSwitchback(exchange)) {
                  exchange.answer(200, Json.object());
                } else {
                  ApplicationPages.answerNone(exchange, isArray);
                }
              }));
    }
    routes.get(
        Paths.INTEGRATIONS,
        api.secured(
            Permission.READ_APPLICATIONS,
            exchange -> ApplicationPages.answerNone(exchange, false)));
    for (String list : List.of(ALL_APPS, APPS, APPS + "/{id}/versions", SUBSCRIPTIONS)) {
      routes.get(list, api.secured(Permission.READ_APPLICATIONS, e -> e.answer(200, Json.array())));
    }
    routes.get(
        "/v1/account/queue",
        api.secured(
            Permission.READ_APPLICATIONS,
            exchange -> {
              var answer = Json.object();
              answer.putArray("runs");
              exchange.answer(200, answer);
            }));
  }

  /** Of these, without pages, some clients take an array and others an object: both take this. */
  private static boolean isSwitchback(Exchange exchange) {
    return "switchback".equals(exchange.context().pathParamMap().get("kind"))
        && !"true".equals(exchange.context().queryParam("pagereturn"));
  }

  private static Unserved experiment(String path, HandlerType... methods) {
    return new Unserved("", ONE + path, methods);
  }

  private static void refuse(Exchange exchange, Unserved unserved) {
    String kind = exchange.context().pathParamMap().getOrDefault("kind", "");
    String thing =
        unserved.thing().isEmpty()
            ? EXPERIMENTS.getOrDefault(kind, "experiments of this kind")
            : unserved.thing();
    throw new RefusedException(
        Reason.NOT_SERVED,
        "This server has no "
            + thing
            + ". It serves applications with their versions, instances, secrets collections, managed"
            + " inputs and runs.");
  }
}
