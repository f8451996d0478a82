package dev.satchel.runner;

import dev.satchel.sdk.json.Node;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A method that was named by its class, its name and its descriptor, and can be called. */
final class Target {
  private final Method method;

  private Target(Method method) {
    this.method = method;
  }

  /**
   * Finds it, as by {@code JVMS 4.3.3} descriptors such as {@code (Ljava/lang/String;)I}.
   *
   * @throws UncarriedException where it is not on this class path, or newer than this JVM
   */
  static Target of(String type, String name, String descriptor) {
    Class<?> owner = classNamed(type);
    try {
      Class<?>[] parameters =
          MethodType.fromMethodDescriptorString(descriptor, owner.getClassLoader())
              .parameterArray();
      Method method = owner.getDeclaredMethod(name, parameters);
      method.setAccessible(true); // Of a class that is not public.
      return new Target(method);
    } catch (NoSuchMethodException | TypeNotPresentException | IllegalArgumentException e) {
      throw new UncarriedException(
          "The class " + type + " has no method " + name + descriptor + " where it runs.");
    }
  }

  /** A class of the class path. Its static initialiser runs. */
  static Class<?> classNamed(String name) {
    try {
      return Class.forName(name, true, ClassLoader.getSystemClassLoader());
    } catch (ClassNotFoundException | NoClassDefFoundError e) {
      throw new UncarriedException(
          "The class path that was sent lacks the class of "
              + name
              + ", or one that it needs: "
              + e.getMessage());
    } catch (UnsupportedClassVersionError e) {
      throw new UncarriedException(
          "This JVM is Java "
              + Runtime.version().feature()
              + ", too old for the code: "
              + e.getMessage()
              + ". Choose an image with a newer Java, or compile with --release "
              + Runtime.version().feature()
              + ".");
    }
  }

  /** What it returns, as JSON has it. */
  @Nullable Object call(@Nullable Object on, List<Node> arguments) throws Throwable {
    Type[] types = method.getGenericParameterTypes();
    if (types.length != arguments.size()) {
      throw new UncarriedException(method.getName() + " takes " + types.length + " arguments.");
    }
    @Nullable Object[] values = new Object[types.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Carrier.decoded(arguments.get(i), types[i], "argument " + (i + 1));
    }
    Object returned;
    try {
      returned = method.invoke(on, values);
    } catch (InvocationTargetException thrown) {
      Throwable cause = thrown.getCause();
      throw cause == null ? thrown : cause;
    }
    return Carrier.encoded(returned, method.getGenericReturnType(), "what it returned");
  }
}
