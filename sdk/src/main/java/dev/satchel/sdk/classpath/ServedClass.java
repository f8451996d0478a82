package dev.satchel.sdk.classpath;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/**
 * A class of which an object can live elsewhere.
 *
 * @param type the class
 * @param enter the names of the methods that prepare the object
 * @param release the feature number of the Java that it needs
 */
public record ServedClass(Class<?> type, List<String> enter, int release) {
  /**
   * Looks at a class.
   *
   * @param type that can be made without arguments
   * @param entering the annotation of the methods that prepare it
   * @return what is to be made of it
   * @throws Undeclarable where it cannot live elsewhere
   */
  public static ServedClass of(Class<?> type, Class<? extends Annotation> entering) {
    String name = type.getSimpleName();
    boolean inner = type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers());
    if (type.isInterface() || Modifier.isAbstract(type.getModifiers()) || inner || name.isEmpty()) {
      throw new Undeclarable(
          type.getName()
              + " cannot be made elsewhere: it is abstract, or belongs to an object of another"
              + " class. Make it a class of its own, or static: static class "
              + name
              + " { … }.");
    }
    try {
      var unused = type.getDeclaredConstructor();
    } catch (NoSuchMethodException e) {
      throw new Undeclarable(
          name
              + " has no constructor without arguments. Give it one, and prepare it in a method"
              + " that is annotated with @Enter.");
    }
    List<String> enter = new ArrayList<>();
    for (Method method : type.getDeclaredMethods()) {
      if (method.isAnnotationPresent(entering)) {
        if (method.getParameterCount() > 0 || Modifier.isStatic(method.getModifiers())) {
          throw new Undeclarable(
              "The method "
                  + name
                  + "."
                  + method.getName()
                  + " is annotated with @Enter: it takes no argument and is not static.");
        }
        enter.add(method.getName());
      }
    }
    enter.sort(null); // Else in whatever order the JVM tells them.
    return new ServedClass(type, enter, ClassFile.of(type).release());
  }
}
