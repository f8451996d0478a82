package dev.satchel.cli.workload;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.http.RequestException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes Ctrl-C. The platform's class for it is reached by reflection, because naming it in the
 * source is a warning that cannot be turned off alone; where it is absent, Ctrl-C ends the program.
 */
public final class Interrupts {
  private Interrupts() {}

  /** Asks a workload to end at Ctrl-C; a second one leaves it as it is. */
  public static void endOnInterrupt(Session session, String id) {
    AtomicInteger interrupts = new AtomicInteger();
    handle(
        () -> {
          if (interrupts.incrementAndGet() > 1) {
            session.screen().note("\nLeft " + id + " as it is: satchel status " + id);
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
          }
          session.screen().note("\nAsking " + id + " to end; Ctrl-C again leaves it.");
          try {
            session.send(Request.delete(Workloads.path(id)));
          } catch (RequestException refused) {
            session.screen().note("Not asked: " + refused.detail());
          }
        });
  }

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
