package dev.satchel.cli.setup;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing that was looked at.
 *
 * @param verdict {@code ok}; {@code note} where something is absent that may be; {@code warn} where
 *     it works, but worse than it should; {@code fail}
 * @param fix what to do; empty where nothing need be done
 */
record Check(String name, String verdict, String detail, String fix) {
  static Check ok(String name, String detail) {
    return new Check(name, "ok", detail, "");
  }

  static Check note(String name, String detail, String fix) {
    return new Check(name, "note", detail, fix);
  }

  static Check warn(String name, String detail, String fix) {
    return new Check(name, "warn", detail, fix);
  }

  static Check fail(String name, String detail, String fix) {
    return new Check(name, "fail", detail, fix);
  }

  boolean failed() {
    return verdict.equals("fail");
  }

  boolean isOk() {
    return verdict.equals("ok");
  }

  /** The same, where nothing depends on it. */
  Check asNote() {
    return isOk() ? this : note(name, detail, fix);
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("verdict", verdict);
    json.put("detail", detail);
    if (!fix.isEmpty()) {
      json.put("fix", fix);
    }
    return json;
  }
}
