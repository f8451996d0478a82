package dev.satchel.server.http;

import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Permission;
import io.javalin.config.RoutesConfig;
import java.util.function.Consumer;

/**
 * The routes that the published client of anycloud asks for, in its words. They are another way to
 * say the same: what is allowed, refused, kept and recorded is what {@code /v1} does.
 */
final class Anycloud {
  /** Where the routes stand: what the client is given as its URL, and the version it adds. */
  static final String PATH = "/anycloud/v1";

  /** The client whose words these are. It wants a server to be of its own version exactly. */
  static final String VERSION = "0.1.70";

  static final String VERSION_HEADER = "AnyCloud-Client-Version";

  private final AnycloudSecrets secrets;
  private final AnycloudCredentials credentials;
  private final AnycloudWorkloads workloads;

  Anycloud(Api.Parts parts) {
    this.secrets = new AnycloudSecrets(parts.secrets());
    this.credentials = new AnycloudCredentials(parts.credentials());
    this.workloads = new AnycloudWorkloads(parts.workloads(), parts.logs());
  }

  /** Whether a path, as it was asked for, is one of the dialect's: errors have its form then. */
  static boolean isOne(String path) {
    return path.startsWith("/anycloud/");
  }

  void addTo(RoutesConfig routes, Api api) {
    Permission write = Permission.WRITE_SECRETS;
    String secret = PATH + "/secrets/{name}";
    routes.get(PATH + "/secrets", api.secured(Permission.READ_SECRETS, of(secrets::list)));
    routes.put(secret, api.acting(write, "secret.write", of(secrets::put)));
    routes.delete(secret, api.acting(write, "secret.delete", of(secrets::delete)));

    Permission keep = Permission.MANAGE_CREDENTIALS;
    String credential = PATH + "/credentials/{name}";
    routes.get(PATH + "/credentials", api.secured(keep, of(credentials::list)));
    routes.get(credential, api.secured(keep, of(credentials::get)));
    routes.put(credential, api.acting(keep, "credential.write", of(credentials::put)));
    routes.delete(credential, api.acting(keep, "credential.delete", of(credentials::delete)));

    Permission read = Permission.READ_WORKLOADS;
    Permission run = Permission.RUN_WORKLOADS;
    String workload = PATH + "/workloads/{id}";
    routes.post(PATH + "/workloads", api.acting(run, "workload.submit", of(workloads::submit)));
    routes.get(PATH + "/workloads", api.secured(read, of(workloads::list)));
    routes.get(workload, api.secured(read, of(workloads::get)));
    routes.delete(workload, api.acting(run, "workload.terminate", of(workloads::terminate)));
    routes.post(
        workload + "/resubmissions", api.acting(run, "workload.resubmit", of(workloads::resubmit)));
  }

  private static Consumer<Exchange> of(Consumer<Exchange> route) {
    return exchange -> {
      checkVersion(exchange);
      route.accept(exchange);
    };
  }

  /** A client of another version would misread answers; whoever sends none knows what it does. */
  private static void checkVersion(Exchange exchange) {
    String version = exchange.context().header(VERSION_HEADER);
    if (version != null && !version.equals(VERSION)) {
      throw RefusedException.invalid(
          VERSION_HEADER,
          "This server speaks to clients of version "
              + VERSION
              + ", and to no other: install anycloud-sdk=="
              + VERSION
              + ".");
    }
  }
}
