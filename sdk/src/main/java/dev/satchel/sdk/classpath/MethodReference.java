package dev.satchel.sdk.classpath;

import dev.satchel.runner.Carrier;
import dev.satchel.runner.UncarriedException;
import java.io.Serializable;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;

/**
 * The method that a reference such as {@code Nightly::train} means. Nothing is read out of
 * bytecode: the reference is serializable, and says itself what it means.
 *
 * @param method that is meant
 * @param descriptor as class files have it
 * @param release the feature number of the Java that its class needs
 */
public record MethodReference(Method method, String descriptor, int release) {
  /**
   * Finds it.
   *
   * @param reference to a static method, capturing nothing
   * @return what it means
   * @throws Undeclarable where it is anything else, or could not run elsewhere
   */
  public static MethodReference of(Serializable reference) {
    SerializedLambda lambda = lambda(reference);
    checkForm(lambda, ownerOf(lambda), lambda.getImplMethodName());
    return of(reference, lambda);
  }

  /**
   * Finds a method of an object that lives elsewhere.
   *
   * @param reference such as {@code Scorer::score}, capturing nothing
   * @return what it means
   * @throws Undeclarable where it is anything else
   */
  public static MethodReference ofObject(Serializable reference) {
    SerializedLambda lambda = lambda(reference);
    String name = lambda.getImplMethodName();
    int kind = lambda.getImplMethodKind();
    boolean ofObject =
        kind == MethodHandleInfo.REF_invokeVirtual
            || kind == MethodHandleInfo.REF_invokeInterface
            || kind == MethodHandleInfo.REF_invokeSpecial;
    if (!ofObject || lambda.getCapturedArgCount() > 0 || name.startsWith("lambda$")) {
      throw new Undeclarable(
          "The object lives elsewhere, and its methods are named by their class, without an object"
              + " of here and without a lambda: object.call(Scorer::score, \"hello\").");
    }
    return of(reference, lambda);
  }

  private static String ownerOf(SerializedLambda lambda) {
    return lambda.getImplClass().replace('/', '.');
  }

  private static MethodReference of(Serializable reference, SerializedLambda lambda) {
    String owner = ownerOf(lambda);
    String name = lambda.getImplMethodName();
    Method method = method(reference.getClass().getClassLoader(), lambda, owner, name);
    check(method);
    ClassFile file = ClassFile.of(method.getDeclaringClass());
    return new MethodReference(method, lambda.getImplMethodSignature(), file.release());
  }

  private static SerializedLambda lambda(Serializable reference) {
    try {
      Method replace = reference.getClass().getDeclaredMethod("writeReplace");
      replace.setAccessible(true);
      if (replace.invoke(reference) instanceof SerializedLambda lambda) {
        return lambda;
      }
    } catch (InaccessibleObjectException closed) {
      throw new Undeclarable(
          "The module "
              + reference.getClass().getModule().getName()
              + " keeps its method references to itself. Add to its module-info: opens "
              + reference.getClass().getPackageName()
              + " to dev.satchel.sdk;");
    } catch (ReflectiveOperationException e) {
      // Told below: it is a class of its own.
    }
    throw new Undeclarable(
        "This is an object of the class "
            + reference.getClass().getName()
            + ", and no method reference. Write a static method, and name it: "
            + "app.function(Nightly::train).");
  }

  private static void checkForm(SerializedLambda lambda, String owner, String name) {
    String simple = owner.substring(owner.lastIndexOf('.') + 1).replace('$', '.');
    int kind = lambda.getImplMethodKind();
    if (name.startsWith("lambda$")) {
      throw new Undeclarable(
          "This is a lambda"
              + (lambda.getCapturedArgCount() > 0
                  ? " that captures what is around it, which does not exist where it would run"
                  : "")
              + ". Write a static method that takes all it needs as its argument, and name it:"
              + " app.function("
              + simple
              + "::train), with static Report train(Job job) { … } in "
              + simple
              + ".");
    }
    if (kind == MethodHandleInfo.REF_newInvokeSpecial) {
      throw new Undeclarable(
          "This refers to a constructor of "
              + simple
              + ". Write a static method that calls it, and name it: app.function("
              + simple
              + "::make).");
    }
    if (kind != MethodHandleInfo.REF_invokeStatic || lambda.getCapturedArgCount() > 0) {
      throw new Undeclarable(
          name
              + " is a method of an object"
              + (lambda.getCapturedArgCount() > 0
                  ? ", and the object does not exist where it would run"
                  : "")
              + ". Make it static, hand over what it needs as its argument, and name it by its"
              + " class: app.function("
              + simple
              + "::"
              + name
              + ").");
    }
  }

  private static Method method(
      ClassLoader loader, SerializedLambda lambda, String owner, String name) {
    try {
      Class<?> type = Class.forName(owner, false, loader);
      MethodType descriptor =
          MethodType.fromMethodDescriptorString(lambda.getImplMethodSignature(), loader);
      return declared(type, name, descriptor.parameterArray());
    } catch (ReflectiveOperationException | TypeNotPresentException | LinkageError e) {
      throw new Undeclarable("The method " + owner + "." + name + " cannot be found: " + e);
    }
  }

  /** In the class, or in what it inherits from. */
  private static Method declared(Class<?> type, String name, Class<?>[] parameters)
      throws NoSuchMethodException {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      try {
        return each.getDeclaredMethod(name, parameters);
      } catch (NoSuchMethodException inherited) {
        // Looked for above it.
      }
    }
    return type.getMethod(name, parameters);
  }

  private static void check(Method method) {
    Type[] parameters = method.getGenericParameterTypes();
    String named = method.getDeclaringClass().getSimpleName() + "." + method.getName();
    try {
      for (int i = 0; i < parameters.length; i++) {
        Carrier.check(parameters[i], "argument " + (i + 1) + " of " + named);
      }
      Carrier.check(method.getGenericReturnType(), "what " + named + " returns");
    } catch (UncarriedException uncarried) {
      throw new Undeclarable(String.valueOf(uncarried.getMessage()));
    }
  }
}
