package dev.satchel.sdk;

import dev.satchel.runner.Carrier;
import dev.satchel.runner.Main;
import dev.satchel.runner.UncarriedException;
import dev.satchel.sdk.classpath.ClassPath;
import dev.satchel.sdk.classpath.MethodReference;
import dev.satchel.sdk.classpath.ServedClass;
import dev.satchel.sdk.json.Json;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the runner is asked, in its words. */
final class Requests {
  private Requests() {}

  /** To call a method. */
  static String call(MethodReference reference, @Nullable Object[] arguments) {
    return call(reference, false, arguments);
  }

  /**
   * To call a method.
   *
   * @param lasting whether what it started goes on once it has returned
   */
  static String call(MethodReference reference, boolean lasting, @Nullable Object[] arguments) {
    Type[] types = reference.method().getGenericParameterTypes();
    List<@Nullable Object> encoded = new ArrayList<>();
    try {
      for (int i = 0; i < types.length; i++) {
        encoded.add(Carrier.encoded(arguments[i], types[i], "argument " + (i + 1)));
      }
    } catch (UncarriedException uncarried) {
      throw new Invalid(String.valueOf(uncarried.getMessage()), uncarried);
    }
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("class", reference.method().getDeclaringClass().getName());
    request.put("method", reference.method().getName());
    request.put("descriptor", reference.descriptor());
    request.put("arguments", encoded);
    if (lasting) {
      request.put("lasting", true);
    }
    return Json.write(request);
  }

  /** To make an object, and to serve calls of its methods. */
  static String serve(ServedClass served) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("class", served.type().getName());
    request.put("enter", served.enter());
    request.put("served", true);
    return Json.write(request);
  }

  /** What the server is told of the JVM. */
  static Map<String, Object> java(ClassPath classPath, int release, String request) {
    Map<String, Object> java = new LinkedHashMap<>();
    java.put("class_path", classPath.digests());
    java.put("main", Main.class.getName());
    java.put("release", release);
    java.put("request", request);
    return java;
  }

  /** A workload's name: the app's, and what is called. */
  static String name(String app, String called) {
    return app + "." + called.replaceAll("[^a-zA-Z0-9._-]", "-");
  }
}
