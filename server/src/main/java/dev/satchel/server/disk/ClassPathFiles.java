package dev.satchel.server.disk;

import dev.satchel.core.RefusedException;
import dev.satchel.core.call.JavaOfEngines;
import dev.satchel.core.workload.JavaSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Lays the class path of a JVM into an attempt's directory, and the file that its launcher reads.
 */
final class ClassPathFiles {
  private static final int BUFFER_BYTES = 1 << 20;

  private final DiskJars jars;
  private final String workspace;

  ClassPathFiles(DiskJars jars, String workspace) {
    this.jars = jars;
    this.workspace = workspace;
  }

  void lay(JavaSpec java, Path own) throws IOException {
    Files.createDirectories(own.resolve("lib"));
    Files.createDirectories(own.resolve("calls"));
    Files.createDirectories(own.resolve("answers"));
    Files.createDirectories(own.resolve("cancels"));
    List<String> classPath = new ArrayList<>();
    for (String digest : java.classPath()) {
      String name = "lib/%04d.jar".formatted(classPath.size());
      copy(digest, own.resolve(name));
      classPath.add(JavaOfEngines.DIRECTORY + "/" + name);
    }
    List<String> words = new ArrayList<>();
    words.add("-XX:-UsePerfData"); // Each is process 2 of its namespace, and would share one file.
    words.addAll(java.options());
    words.add("-Dsatchel.call=" + JavaOfEngines.DIRECTORY);
    words.addAll(List.of("-cp", String.join(":", classPath), java.main()));
    Files.write(own.resolve("arguments"), words.stream().map(ClassPathFiles::quoted).toList());
  }

  /**
   * A copy: what the job may change is nobody else's. What is copied is what was sent, or nothing
   * runs.
   */
  private void copy(String digest, Path to) throws IOException {
    MessageDigest hash = DiskJars.sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(jars.of(workspace, digest));
        OutputStream out = Files.newOutputStream(to)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hash.update(buffer, 0, read);
        out.write(buffer, 0, read);
      }
    } catch (NoSuchFileException gone) {
      throw RefusedException.invalid(
          "java.class_path",
          "The jar " + digest + " of its class path is not kept any more; call it again.");
    }
    if (!HexFormat.of().formatHex(hash.digest()).equals(digest)) {
      throw RefusedException.invalid(
          "java.class_path",
          "The jar "
              + digest
              + " of its class path is not what was sent: its bytes have another digest. Nothing"
              + " was started.");
    }
  }

  /** As the launcher reads it. Source: the java command, "java Command-Line Argument Files". */
  private static String quoted(String word) {
    return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
