package dev.satchel.server.disk;

import dev.satchel.core.RefusedException;
import dev.satchel.core.call.JavaOfEngines;
import dev.satchel.core.workload.JavaSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The class path of a JVM: a directory of links to the jars that are kept, which attempts are shown
 * and cannot change, and what lies in an attempt's own directory, the file that its launcher reads
 * among it.
 */
final class ClassPathFiles {
  /** Where an attempt is shown the jars, from the directory that its JVM works in. */
  static final String SHARED = JavaOfEngines.DIRECTORY + "/lib";

  private final DiskJars jars;
  private final String workspace;

  ClassPathFiles(DiskJars jars, String workspace) {
    this.jars = jars;
    this.workspace = workspace;
  }

  /**
   * Lays it out.
   *
   * @param own what is the attempt's own
   * @param links the directory of links, of one workload
   */
  void lay(JavaSpec java, Path own, Path links) throws IOException {
    for (String inner : List.of("lib", "calls", "answers", "cancels")) {
      Files.createDirectories(own.resolve(inner));
    }
    Files.createDirectories(links);
    Files.setPosixFilePermissions( // Whatever user a job has, it may read them.
        links, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> classPath = new ArrayList<>();
    for (String digest : java.classPath()) {
      String name = "%04d.jar".formatted(classPath.size());
      link(digest, links.resolve(name));
      classPath.add(SHARED + "/" + name);
    }
    List<String> words = new ArrayList<>();
    words.add("-XX:-UsePerfData"); // Each is process 2 of its namespace, and would share one file.
    words.addAll(java.options());
    words.add("-Dsatchel.call=" + JavaOfEngines.DIRECTORY);
    words.addAll(List.of("-cp", String.join(":", classPath), java.main()));
    Files.write(own.resolve("arguments"), words.stream().map(ClassPathFiles::quoted).toList());
  }

  /** What is linked is what was sent, or nothing runs. */
  private void link(String digest, Path to) throws IOException {
    try {
      if (jars.link(workspace, digest, to)) {
        return;
      }
    } catch (NoSuchFileException gone) {
      throw RefusedException.invalid(
          "java.class_path",
          "The jar " + digest + " of its class path is not kept any more; call it again.");
    }
    throw RefusedException.invalid(
        "java.class_path",
        "The jar "
            + digest
            + " of its class path is not what was sent: its bytes have another digest. Nothing"
            + " was started.");
  }

  /** As the launcher reads it. Source: the java command, "java Command-Line Argument Files". */
  private static String quoted(String word) {
    return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
