package dev.satchel.api;

/**
 * The paths of {@code /v1}, each without a trailing slash. A name in one is percent-encoded by
 * whoever builds the URL.
 */
public final class Paths {
  public static final String SECRETS = "/v1/secrets";
  public static final String WORKLOADS = "/v1/workloads";
  public static final String CALLS = "/v1/calls";
  public static final String CODE = "/v1/code";
  public static final String PLANS = "/v1/plans";
  public static final String CREDENTIALS = "/v1/credentials";
  public static final String HOSTS = "/v1/hosts";
  public static final String VOLUMES = "/v1/volumes";
  public static final String APPLICATIONS = "/v1/applications";
  public static final String INTEGRATIONS = "/v1/integrations";
  public static final String TOKENS = "/v1/tokens";
  public static final String HEALTH = "/healthz";
  public static final String READY = "/readyz";
  public static final String METRICS = "/metrics";
  public static final String OPENAPI = "/openapi.json";

  private Paths() {}
}
