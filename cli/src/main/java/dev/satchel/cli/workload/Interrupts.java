package dev.satchel.cli.workload;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Takes Ctrl-C. The platform's class for it is reached by reflection, because naming it in the
 * source is a warning that cannot be turned off alone; where it is absent, Ctrl-C ends the program.
 */
final class Interrupts {
  private Interrupts() {}

  /** Runs this at each Ctrl-C from now on, on a thread of its own. */
  static void handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler invoked =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  action.run();
                  yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> arguments != null && proxy == arguments[0];
                default -> "interrupt handler";
              };
      Object proxy =
          Proxy.newProxyInstance(
              Interrupts.class.getClassLoader(), new Class<?>[] {handler}, invoked);
      Object interrupt = signal.getConstructor(String.class).newInstance("INT");
      signal.getMethod("handle", signal, handler).invoke(null, interrupt, proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException unavailable) {
      // Then Ctrl-C does what it does everywhere.
    }
  }
}
