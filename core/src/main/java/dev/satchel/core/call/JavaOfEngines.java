package dev.satchel.core.call;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.workload.JavaSpec;
import dev.satchel.core.workload.WorkloadSpec;
import java.nio.file.Path;
import java.util.List;

/**
 * How a JVM is started where a call runs: in a container by the {@code java} of its image, on the
 * server's machine by the server's own, where the job can see it.
 *
 * @param own the program that runs the server
 * @param release of Java that it is
 */
public record JavaOfEngines(Path own, int release) {
  /** Where all that a call needs lies, from the directory that its JVM works in. */
  public static final String DIRECTORY = ".satchel";

  private static final String ARGUMENTS = DIRECTORY + "/arguments";

  private static final List<Path> SEEN_BY_ALL = List.of(Path.of("/usr"), Path.of("/bin"));

  /** The Java of this process. */
  public static JavaOfEngines ofThisProcess() {
    Path own = Path.of(System.getProperty("java.home", "/usr"), "bin", "java");
    return new JavaOfEngines(own, Runtime.version().feature());
  }

  /** The spec with the command that starts its JVM; UNSUPPORTED where that is too old. */
  WorkloadSpec started(Actor actor, WorkloadSpec spec, JavaSpec call) {
    if (!spec.command().isEmpty()) {
      throw RefusedException.invalid(
          "command", "A function is a Java method, which java names; leave command out.");
    }
    boolean here = spec.engine().equals("process");
    if (here && call.release() > release) {
      throw new RefusedException(
              Reason.UNSUPPORTED,
              "This code is compiled for Java "
                  + call.release()
                  + ", and the server's machine runs it with Java "
                  + release
                  + ". Compile it with --release "
                  + release
                  + ", or name an image that has a newer Java.")
          .with("field", "java.release");
    }
    boolean seen = actor.isAdmin() || SEEN_BY_ALL.stream().anyMatch(own::startsWith);
    String program = here && seen ? own.toString() : "java";
    return spec.withJava(List.of(program, "@" + ARGUMENTS), call);
  }
}
