package dev.satchel.core.application;

import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.ContainerRules;
import dev.satchel.core.workload.ContainerSpec;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an operator lets an execution class stand for: an engine, and what a run gets there.
 *
 * @param engine {@code process} or {@code docker}
 * @param cpus null for as many as there are
 * @param memoryMib null for as much as there is
 * @param image of a container; null on the process engine
 */
public record ExecutionClass(
    String name,
    String engine,
    @Nullable BigDecimal cpus,
    @Nullable Integer memoryMib,
    @Nullable String image) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Set<String> ENGINES = Set.of("process", "docker");
  private static final String FORM =
      "NAME=ENGINE[,cpus=N][,memory_mib=N][,image=IMAGE], such as big=docker,cpus=4,memory_mib=8192,image=python:3.11";

  /**
   * Reads what an operator wrote.
   *
   * @throws IllegalStateException where it is not of that form; it says what is
   */
  public static ExecutionClass of(String text) {
    int equals = text.indexOf('=');
    String[] parts = text.substring(equals + 1).split(",", -1);
    String name = equals < 0 ? "" : text.substring(0, equals);
    if (!NAME.matcher(name).matches() || !ENGINES.contains(parts[0])) {
      throw wrong(
          text,
          "it needs a name of letters, digits, \".\", \"_\" and \"-\", and one of the engines process and docker");
    }
    BigDecimal cpus = null;
    Integer memoryMib = null;
    String image = null;
    for (int i = 1; i < parts.length; i++) {
      String[] pair = parts[i].split("=", 2);
      String value = pair.length == 2 ? pair[1] : "";
      switch (pair[0]) {
        case "cpus" -> cpus = number(text, value);
        case "memory_mib" -> memoryMib = number(text, value).intValue();
        case "image" -> image = value;
        default -> throw wrong(text, "it can have cpus, memory_mib and image, and nothing else");
      }
    }
    return checked(text, new ExecutionClass(name, parts[0], cpus, memoryMib, image));
  }

  private static ExecutionClass checked(String text, ExecutionClass made) {
    boolean isContainer = made.engine().equals("docker");
    ContainerSpec container = made.container();
    if (isContainer != (container != null)) {
      throw wrong(text, "a class on docker needs an image, and one on process has none");
    }
    if (!isContainer && (made.cpus() != null || made.memoryMib() != null)) {
      throw wrong(
          text,
          "the engine process limits neither cpus nor memory, so that a class on it promises none;"
              + " map the class to docker");
    }
    try {
      if (container != null) {
        ContainerRules.check(container);
      }
    } catch (RefusedException refused) {
      throw wrong(text, refused.detail().substring(0, refused.detail().length() - 1));
    }
    return made;
  }

  /** What a run gets in a container; null on the process engine. */
  @Nullable ContainerSpec container() {
    return image == null ? null : new ContainerSpec(image, null, cpus, memoryMib, null, List.of());
  }

  private static BigDecimal number(String text, String value) {
    try {
      BigDecimal number = new BigDecimal(value);
      if (number.signum() > 0 && number.compareTo(BigDecimal.valueOf(1 << 24)) < 0) {
        return number;
      }
    } catch (NumberFormatException e) { // Told below.
    }
    throw wrong(text, "cpus and memory_mib are positive numbers");
  }

  private static IllegalStateException wrong(String text, String why) {
    return new IllegalStateException(
        "--execution-class " + text + " is not understood: " + why + ". Its form is " + FORM + ".");
  }
}
