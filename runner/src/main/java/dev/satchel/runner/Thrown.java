package dev.satchel.runner;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was thrown, as JSON has it: class, message, frames and cause. */
final class Thrown {
  private static final int CAUSES_MAX = 16;
  private static final int FRAMES_MAX = 200;
  private static final int MESSAGE_MAX_CHARS = 64 << 10;
  private static final String CALLER = Target.class.getName();

  private Thrown() {}

  static Map<String, @Nullable Object> encoded(Throwable thrown) {
    return encoded(thrown, 0);
  }

  private static Map<String, @Nullable Object> encoded(Throwable thrown, int depth) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("class", thrown.getClass().getName());
    members.put("message", message(thrown));
    members.put("frames", frames(thrown.getStackTrace()));
    Throwable cause = thrown.getCause();
    if (cause != null && depth < CAUSES_MAX) {
      members.put("cause", encoded(cause, depth + 1));
    }
    return members;
  }

  private static @Nullable String message(Throwable thrown) {
    try {
      String message = thrown.getMessage();
      return message == null || message.length() <= MESSAGE_MAX_CHARS
          ? message
          : message.substring(0, MESSAGE_MAX_CHARS) + "…";
    } catch (RuntimeException e) { // It is their method.
      return "(its message cannot be had: " + e.getClass().getName() + ")";
    }
  }

  /** Down to what called the method, which is ours and reflection's. */
  private static List<Map<String, @Nullable Object>> frames(StackTraceElement[] trace) {
    int end = 0;
    while (end < trace.length && !trace[end].getClassName().equals(CALLER)) {
      end++;
    }
    while (end > 0 && end < trace.length && isReflection(trace[end - 1].getClassName())) {
      end--;
    }
    List<Map<String, @Nullable Object>> frames = new ArrayList<>();
    for (int i = 0; i < Math.min(end, FRAMES_MAX); i++) {
      Map<String, @Nullable Object> frame = new LinkedHashMap<>();
      frame.put("class", trace[i].getClassName());
      frame.put("method", trace[i].getMethodName());
      frame.put("file", trace[i].getFileName());
      frame.put("line", trace[i].getLineNumber());
      frames.add(frame);
    }
    return frames;
  }

  private static boolean isReflection(String type) {
    return type.startsWith("java.lang.reflect.")
        || type.startsWith("jdk.internal.reflect.")
        || type.startsWith("java.lang.invoke.");
  }
}
