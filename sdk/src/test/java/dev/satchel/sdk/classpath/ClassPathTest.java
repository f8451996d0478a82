package dev.satchel.sdk.classpath;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a class path is sent. */
final class ClassPathTest {
  @TempDir Path directory;

  private Path jar(String name, String manifest, String... files) throws IOException {
    Path jar = directory.resolve(name);
    Files.createDirectories(java.util.Objects.requireNonNull(jar.getParent()));
    Manifest read =
        new Manifest(
            new java.io.ByteArrayInputStream(
                ("Manifest-Version: 1.0\n" + manifest + "\n").getBytes(UTF_8)));
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream zip = new JarOutputStream(out, read)) {
      for (String file : files) {
        zip.putNextEntry(new JarEntry(file));
        zip.write(file.getBytes(UTF_8));
      }
    }
    return jar;
  }

  private Path classes(String name) throws IOException {
    Path classes = directory.resolve(name);
    Files.createDirectories(classes.resolve("a/b"));
    Files.writeString(classes.resolve("a/b/C.class"), "class");
    Files.writeString(classes.resolve("ä.properties"), "x=1");
    return classes;
  }

  @Test
  void aDirectoryIsTheSameJarWheneverAndWhereverItIsPacked() throws Exception {
    Path one = classes("one");
    ClassPath first = ClassPath.of(List.of(one));
    Path other = classes("other");
    Files.setLastModifiedTime(
        other.resolve("a/b/C.class"), FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
    try {
      assertThat(ClassPath.of(List.of(other)).digests()).isEqualTo(first.digests());
    } finally {
      TimeZone.setDefault(before);
    }
    Files.writeString(other.resolve("a/b/C.class"), "clasS");
    assertThat(ClassPath.of(List.of(other)).digests()).isNotEqualTo(first.digests());
    try (JarFile jar = new JarFile(first.jars().values().iterator().next().toFile())) {
      assertThat(jar.stream().map(JarEntry::getName))
          .containsExactly("a/b/C.class", "ä.properties");
    }
  }

  @Test
  void whatManifestsNameFollowsAndAJarThatOnlyNamesIsLeftOut() throws Exception {
    Path last = jar("lib/last one.jar", "", "Last");
    Path inner = jar("lib/inner.jar", "Class-Path: last%20one.jar gone.jar inner.jar\n", "Inner");
    Path classes = classes("classes");
    Path booter =
        jar("booter.jar", "Class-Path: lib/inner.jar " + classes.toUri() + " http://h/x.jar\n");
    Path main = jar("main.jar", "", "Main");
    ClassPath found = ClassPath.of(List.of(booter, main, directory.resolve("none.jar"), main));
    List<Path> jars = List.copyOf(found.jars().values());
    assertThat(jars).hasSize(4);
    assertThat(jars.get(0)).isEqualTo(inner);
    assertThat(jars.get(1)).isEqualTo(last);
    assertThat(jars.get(3)).isEqualTo(main);
  }

  @Test
  void theSameBytesAreSentOnce() throws Exception {
    Path one = jar("one.jar", "", "Main");
    Path copy = Files.copy(one, directory.resolve("copy.jar"));
    assertThat(ClassPath.of(List.of(one, copy)).jars()).isEqualTo(Map.of(Digest.of(one), one));
  }

  @Test
  void whatCannotBeSentIsRefusedWithTheNextStep() throws Exception {
    assertThatThrownBy(() -> ClassPath.of(List.of(directory.resolve("none"))))
        .isInstanceOf(Undeclarable.class)
        .hasMessageContaining("0 jars");
    Path fat = jar("app.jar", "Spring-Boot-Classes: BOOT-INF/classes/\n", "BOOT-INF/classes/A");
    assertThatThrownBy(() -> ClassPath.of(List.of(fat)))
        .isInstanceOf(Undeclarable.class)
        .hasMessageContaining("fat jar of Spring Boot")
        .hasMessageContaining("extract");
  }

  @Test
  void aDirectoryThatIsObviouslyNoneOfClassesIsRefused() throws Exception {
    Path project = classes("project");
    assertThat(ClassPath.of(List.of(project)).jars()).hasSize(1);
    Files.createDirectory(project.resolve(".git"));
    assertThatThrownBy(() -> ClassPath.of(List.of(project)))
        .isInstanceOf(Undeclarable.class)
        .hasMessageContaining("The directory " + project + " on the class path holds .git")
        .hasMessageContaining("app.classPath(List.of(");
    for (Path wide : List.of(Path.of("/"), Path.of(System.getProperty("user.home")))) {
      assertThatThrownBy(() -> ClassPath.of(List.of(wide)))
          .isInstanceOf(Undeclarable.class)
          .hasMessageContaining("home directory");
    }
    Path many = Files.createDirectory(directory.resolve("many"));
    for (int i = 0; i <= 20_000; i++) {
      Files.createFile(many.resolve("f" + i));
    }
    assertThatThrownBy(() -> ClassPath.of(List.of(many)))
        .isInstanceOf(Undeclarable.class)
        .hasMessageContaining("more than 20000 files");
    Path large = Files.createDirectory(directory.resolve("large"));
    try (RandomAccessFile sparse = new RandomAccessFile(large.resolve("f").toFile(), "rw")) {
      sparse.setLength((512L << 20) + 1);
    }
    assertThatThrownBy(() -> ClassPath.of(List.of(large)))
        .isInstanceOf(Undeclarable.class)
        .hasMessageContaining("bytes");
  }

  @Test
  void theClassPathOfThisProcessHasWhatIsNeeded() {
    ClassPath own = ClassPath.ofThisProcess(List.of(ClassPathTest.class, ClassPath.class));
    assertThat(own.jars().values()).anyMatch(jar -> jar.toString().contains("satchel-runner"));
  }
}
