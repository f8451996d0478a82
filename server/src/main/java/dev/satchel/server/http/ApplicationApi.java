package dev.satchel.server.http;

import dev.satchel.api.Paths;
import dev.satchel.core.access.Permission;
import dev.satchel.core.workload.Logs;
import io.javalin.config.RoutesConfig;

/**
 * The routes of applications, in the words of the published client {@code nextmv}. Fields that they
 * do not know are ignored.
 */
final class ApplicationApi {
  private static final String APPLICATIONS = Paths.APPLICATIONS;
  private static final String ONE = APPLICATIONS + "/{app}";

  private static final Permission READ = Permission.READ_APPLICATIONS;
  private static final Permission WRITE = Permission.WRITE_APPLICATIONS;

  private final ApplicationRoutes applications;
  private final VersionRoutes versions;
  private final InstanceRoutes instances;
  private final CollectionRoutes collections;
  private final RunRoutes runs;
  private final ApplicationParts parts;

  ApplicationApi(ApplicationParts parts, Logs logs, Bodies bodies) {
    this.parts = parts;
    this.applications = new ApplicationRoutes(parts.applications());
    this.versions = new VersionRoutes(parts.versions());
    this.instances = new InstanceRoutes(parts.instances());
    this.collections = new CollectionRoutes(parts.collections());
    this.runs = new RunRoutes(parts.runs(), logs, bodies);
  }

  void addTo(RoutesConfig routes, Api api) {
    routes.get(APPLICATIONS, api.secured(READ, applications::list));
    routes.post(APPLICATIONS, api.acting(WRITE, "application.write", applications::create));
    routes.get(ONE, api.secured(READ, applications::get));
    routes.put(ONE, api.acting(WRITE, "application.write", applications::update));
    routes.delete(ONE, api.acting(WRITE, "application.delete", applications::delete));

    String version = ONE + "/versions/{id}";
    routes.get(ONE + "/versions", api.secured(READ, versions::list));
    routes.post(ONE + "/versions", api.acting(WRITE, "version.write", versions::create));
    routes.get(version, api.secured(READ, versions::get));
    routes.put(version, api.acting(WRITE, "version.write", versions::update));
    routes.delete(version, api.acting(WRITE, "version.delete", versions::delete));

    String instance = ONE + "/instances/{id}";
    routes.get(ONE + "/instances", api.secured(READ, instances::list));
    routes.post(ONE + "/instances", api.acting(WRITE, "instance.write", instances::create));
    routes.get(instance, api.secured(READ, instances::get));
    routes.put(instance, api.acting(WRITE, "instance.write", instances::update));
    routes.put(instance + "/lock", api.acting(WRITE, "instance.lock", instances::lock));
    routes.delete(instance, api.acting(WRITE, "instance.delete", instances::delete));

    String collection = ONE + "/secrets/{id}";
    routes.get(ONE + "/secrets", api.secured(READ, collections::list));
    routes.post(ONE + "/secrets", api.acting(WRITE, "collection.write", collections::create));
    routes.get(
        collection,
        api.acting(Permission.REVEAL_COLLECTIONS, "collection.reveal", collections::reveal));
    routes.put(collection, api.acting(WRITE, "collection.write", collections::replace));
    routes.patch(collection, api.acting(WRITE, "collection.write", collections::change));
    routes.delete(collection, api.acting(WRITE, "collection.delete", collections::delete));
    addInputs(routes, api);
    addRuns(routes, api);
    new UnservedRoutes(parts).addTo(routes, api);
  }

  private void addInputs(RoutesConfig routes, Api api) {
    InputRoutes inputs = new InputRoutes(parts.inputs());
    String input = ONE + "/inputs/{id}";
    routes.get(ONE + "/inputs", api.secured(READ, inputs::list));
    routes.post(ONE + "/inputs", api.acting(WRITE, "input.write", inputs::create));
    routes.get(input, api.secured(READ, inputs::get));
    routes.put(input, api.acting(WRITE, "input.write", inputs::update));
    routes.delete(input, api.acting(WRITE, "input.delete", inputs::delete));
  }

  private void addRuns(RoutesConfig routes, Api api) {
    Permission run = Permission.RUN_WORKLOADS;
    routes.get(ONE + "/binary", api.acting(WRITE, "application.push", runs::codeUpload));
    routes.put(ONE + "/binary", api.acting(WRITE, "application.push", runs::push));
    routes.post(ONE + "/runs", api.acting(run, "workload.submit", runs::submit));
    routes.post(ONE + "/runs/uploadurl", api.acting(run, "run.upload", runs::inputUpload));
    routes.get(ONE + "/runs", api.secured(Permission.READ_WORKLOADS, runs::list));
    String one = ONE + "/runs/{id}";
    routes.get(one + "/metadata", api.secured(Permission.READ_WORKLOADS, runs::metadata));
    routes.get(one, api.secured(run, runs::get));
    routes.get(one + "/output", api.secured(run, runs::output));
    routes.get(one + "/input", api.secured(run, runs::input));
    routes.get(one + "/logs", api.secured(run, runs::logs));
    routes.get(one + "/logs/live", api.secured(run, runs::liveLogs));
    AssetRoutes assets = new AssetRoutes(parts.runs());
    routes.get(one + "/assets", api.secured(run, assets::list));
    routes.get(one + "/assets/{asset}", api.secured(run, assets::get));
    routes.patch(one + "/cancel", api.acting(run, "workload.terminate", runs::cancel));
    routes.delete(one, api.acting(run, "run.delete", runs::delete));
    routes.put(RunRoutes.TRANSFERS + "{token}", runs::receive);
    routes.get(RunRoutes.TRANSFERS + "{token}", runs::fetch);
  }
}
