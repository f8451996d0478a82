package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.JavaSpec;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads what a submit says of a Java method. */
final class JavaRequests {
  private JavaRequests() {}

  static JavaSpec read(Fields body) {
    Fields java = javaOf(body);
    Long release = java.number("release");
    return new JavaSpec(
        java.texts("class_path"),
        java.requiredText("main"),
        java.texts("options"),
        release == null ? 0 : Math.clamp(release, -1, Integer.MAX_VALUE),
        "cls".equals(body.text("kind")));
  }

  /** What its JVM reads, which is nobody's here. */
  static byte[] request(ObjectNode json) {
    String request = json.path("java").path("request").textValue();
    return (request == null ? "" : request).getBytes(StandardCharsets.UTF_8);
  }

  private static Fields javaOf(Fields body) {
    @Nullable Fields java =
        body.object("java", "class_path", "main", "options", "release", "request");
    if (java == null) {
      throw RefusedException.invalid(
          "java", "A function needs java: {\"class_path\": [\"SHA-256\"], \"main\": \"CLASS\"}.");
    }
    java.requiredText("request");
    return java;
  }
}
