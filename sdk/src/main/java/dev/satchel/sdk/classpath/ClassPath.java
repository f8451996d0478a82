package dev.satchel.sdk.classpath;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * A class path as jars, each known by its digest: directories are packed, and what the manifests of
 * jars name is followed, as the JVM does.
 *
 * @param jars by their SHA-256 in hexadecimal, in their order
 */
public record ClassPath(Map<String, Path> jars) {
  /** What the server takes. */
  private static final int JARS_MAX = 2000;

  /**
   * That of this JVM.
   *
   * @param needed classes that must be on it
   * @return its jars, those of directories in temporary files
   * @throws Undeclarable where this JVM has none, or not those classes
   */
  public static ClassPath ofThisProcess(Collection<Class<?>> needed) {
    if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
      throw new Undeclarable(
          "This program is a native image, which has no class files that could be sent. Run it on"
              + " a JVM.");
    }
    List<Path> entries = new ArrayList<>();
    for (String property : List.of("java.class.path", "jdk.module.path")) {
      for (String entry : System.getProperty(property, "").split(File.pathSeparator, -1)) {
        if (!entry.isEmpty()) {
          entries.add(Path.of(entry));
        }
      }
    }
    for (Class<?> type : needed) { // What loaded it may know more than the property.
      Path root = ClassFile.of(type).root();
      if (root != null) {
        entries.add(root);
      }
    }
    return of(entries);
  }

  /**
   * One of these jars and directories, and of what their manifests name.
   *
   * @param entries in their order; what is not there is passed over
   * @return its jars
   */
  public static ClassPath of(List<Path> entries) {
    Map<String, Path> jars = new LinkedHashMap<>();
    for (Path entry : expanded(entries)) {
      Path jar = Files.isDirectory(entry) ? PackedDirectory.of(entry) : entry;
      jars.putIfAbsent(Digest.of(jar), jar);
    }
    if (jars.isEmpty() || jars.size() > JARS_MAX) {
      throw new Undeclarable(
          "The class path of this program has "
              + jars.size()
              + " jars and directories that are there; it can be sent with 1 to "
              + JARS_MAX
              + ".");
    }
    return new ClassPath(jars);
  }

  private static Set<Path> expanded(List<Path> entries) {
    Set<Path> expanded = new LinkedHashSet<>();
    Set<Path> seen = new LinkedHashSet<>();
    for (Path entry : entries) {
      Deque<Path> next = new ArrayDeque<>(List.of(entry.toAbsolutePath().normalize()));
      while (!next.isEmpty()) {
        Path each = next.pop();
        if (!seen.add(each)) {
          continue;
        }
        if (Files.isDirectory(each)) {
          expanded.add(each);
        } else if (Files.isRegularFile(each)) {
          addJar(each, expanded, next);
        }
      }
    }
    return expanded;
  }

  /** A jar, and before all that follows what its manifest names. */
  private static void addJar(Path jar, Set<Path> expanded, Deque<Path> next) {
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      Manifest manifest = file.getManifest();
      Attributes attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
      if (attributes.getValue("Spring-Boot-Classes") != null) {
        throw new Undeclarable(
            jar
                + " is a fat jar of Spring Boot, whose classes lie in jars within it. Start the"
                + " program from its parts (java -Djarmode=tools -jar "
                + jar.getFileName()
                + " extract), or from a shaded jar.");
      }
      List<Path> named = named(jar, attributes.getValue(Attributes.Name.CLASS_PATH));
      for (int i = named.size() - 1; i >= 0; i--) {
        next.push(named.get(i));
      }
      boolean onlyNames =
          !named.isEmpty()
              && file.stream()
                  .allMatch(
                      entry ->
                          entry.getName().startsWith("META-INF/")
                              && (entry.isDirectory()
                                  || entry.getName().equals(JarFile.MANIFEST_NAME)));
      if (!onlyNames) { // As those that build tools make anew each time, to shorten a command.
        expanded.add(jar);
      }
    } catch (IOException e) { // The JVM passes over it too.
    }
  }

  private static List<Path> named(Path jar, @Nullable String value) {
    List<Path> named = new ArrayList<>();
    if (value == null) {
      return named;
    }
    for (String each : value.strip().split("\\s+", -1)) {
      try {
        URI uri = jar.toUri().resolve(each);
        if ("file".equals(uri.getScheme())) {
          named.add(Path.of(uri).toAbsolutePath().normalize());
        }
      } catch (IllegalArgumentException e) { // The JVM passes over it too.
      }
    }
    return named;
  }

  /**
   * The digests.
   *
   * @return in the order of the class path
   */
  public List<String> digests() {
    return List.copyOf(jars.keySet());
  }
}
