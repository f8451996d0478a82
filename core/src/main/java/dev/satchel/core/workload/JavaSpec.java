package dev.satchel.core.workload;

import java.util.List;

/**
 * What makes a workload a call of a Java method: the class path of its JVM, by digests, and what
 * that runs. Which method, and with which arguments, is the caller's and is read by the JVM alone.
 *
 * @param classPath SHA-256 digests, in hexadecimal, of jars that were sent before, in their order
 * @param main the class that the JVM starts with
 * @param options of the JVM, such as {@code -Xmx1g}
 * @param release the feature number of the Java that its classes need, such as 21; 0 where it is
 *     not known
 * @param served whether it serves calls until it is told to end, and is none itself
 */
public record JavaSpec(
    List<String> classPath, String main, List<String> options, int release, boolean served) {
  public JavaSpec {
    classPath = List.copyOf(classPath);
    options = List.copyOf(options);
  }
}
