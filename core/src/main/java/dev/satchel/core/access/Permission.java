package dev.satchel.core.access;

/** What one route asks of a token. */
public enum Permission {
  READ_SECRETS,
  WRITE_SECRETS,
  READ_WORKLOADS,
  RUN_WORKLOADS,
  READ_APPLICATIONS,
  WRITE_APPLICATIONS,
  REVEAL_COLLECTIONS,
  READ_METRICS,
  MANAGE_CREDENTIALS,
  MANAGE_TOKENS
}
