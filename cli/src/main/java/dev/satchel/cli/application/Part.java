package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;

/** What an application has; its name is the last segment of its list's path. */
public enum Part {
  SECRETS("secrets collection", "secrets"),
  VERSIONS("version", "versions"),
  INSTANCES("instance", "instances"),
  INPUTS("managed input", "inputs"),
  RUNS("run", "runs");

  private final String noun;
  private final String segment;

  Part(String noun, String segment) {
    this.noun = noun;
    this.segment = segment;
  }

  String noun() {
    return noun;
  }

  String segment() {
    return segment;
  }

  /** The path of all of them. */
  String path(String application) {
    return Apps.path(application) + "/" + segment;
  }

  /** The path of one. */
  String path(String application, String id) {
    return path(application) + "/" + Request.segment(id);
  }
}
