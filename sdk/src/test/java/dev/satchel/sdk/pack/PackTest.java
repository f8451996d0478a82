package dev.satchel.sdk.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.sdk.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent of a directory, read back by another library. */
final class PackTest {
  @TempDir Path directory;

  @BeforeEach
  void code() throws IOException {
    write("main.py", "print(1)");
    write("lib/a.py", "a");
    write("lib/deep/b.py", "bb");
    write("lib/deep/notes.txt", "n");
    write("lib/.hidden", "h");
    write("secrets.env", "KEY=1");
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void manifest(String yaml) throws IOException {
    write("app.yaml", yaml);
  }

  private static Map<String, TarArchiveEntry> entries(Path archive, Map<String, String> texts)
      throws IOException {
    Map<String, TarArchiveEntry> entries = new TreeMap<>();
    try (InputStream file = Files.newInputStream(archive);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file), "UTF-8")) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        entries.put(e.getName(), e);
        texts.put(e.getName(), new String(tar.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return entries;
  }

  private List<String> names() throws IOException {
    try (Pack pack = Pack.ofCode(directory, false)) {
      List<String> names = new ArrayList<>(entries(pack.archive(), new TreeMap<>()).keySet());
      assertThat(pack.files()).isEqualTo(names.size());
      return names;
    }
  }

  @Test
  void whatTheManifestNamesAndNothingElse() throws IOException {
    manifest("files: [main.py]");
    assertThat(names()).containsExactly("app.yaml", "main.py");
    manifest("files:\n- main.py\n- lib/");
    assertThat(names()).containsExactly("app.yaml", "lib/a.py", "main.py");
    manifest("files: ['**/*.py']");
    assertThat(names()).containsExactly("app.yaml", "lib/a.py", "lib/deep/b.py", "main.py");
    manifest("files: ['**', '!secrets.env', '!lib/*/*.txt', '!lib/[ab].p?']");
    assertThat(names()).containsExactly("app.yaml", "lib/deep/b.py", "main.py");
    manifest("files: [./main.py, 'lib/.h*', lib]");
    assertThat(names()).containsExactly("app.yaml", "lib/.hidden", "main.py");
  }

  @Test
  void theSameFilesMakeTheSameBytes() throws IOException {
    manifest("files: ['**']");
    try (Pack one = Pack.ofCode(directory, false)) {
      Files.setLastModifiedTime(directory.resolve("main.py"), FileTime.from(Instant.EPOCH));
      try (Pack other = Pack.ofCode(directory, false)) {
        assertThat(one.archive()).hasSameBinaryContentAs(other.archive());
      }
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one.archive())))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void namesOfAnyLengthAndAnyLetters() throws IOException {
    manifest("files: ['**']");
    String part = "p".repeat(60);
    List<String> names = new ArrayList<>(List.of("größe/日本.txt", "e".repeat(100), "f".repeat(101)));
    for (int length = 1; length <= 60; length++) { // Around each length of the length.
      names.add("d/" + part + "/" + "q".repeat(length));
      names.add("é" + "q".repeat(length + 40)); // Extended, whatever their length.
    }
    for (String name : names) {
      write(name, name);
    }
    Map<String, String> texts = new TreeMap<>();
    try (Pack pack = Pack.ofCode(directory, false)) {
      var _ = entries(pack.archive(), texts);
    }
    names.forEach(name -> assertThat(texts).containsEntry(name, name));
  }

  @Test
  void whatMayBeExecutedStaysSo() throws IOException {
    manifest("type: binary\nfiles: [main, run.sh, main.py]");
    write("main", "#!/bin/sh");
    write("run.sh", "#!/bin/sh");
    Files.setPosixFilePermissions(
        directory.resolve("run.sh"), PosixFilePermissions.fromString("rwx------"));
    try (Pack pack = Pack.ofCode(directory, false)) {
      Map<String, Integer> modes = new TreeMap<>();
      entries(pack.archive(), new TreeMap<>())
          .forEach((name, entry) -> modes.put(name, entry.getMode()));
      assertThat(modes)
          .containsEntry("main", 0755)
          .containsEntry("run.sh", 0755)
          .containsEntry("main.py", 0644);
    }
  }

  @Test
  void theServerIsToldWhatTheManifestSays() throws IOException {
    manifest(
        """
        type: python
        files: [main.py, lib/a.py]
        execution: {entrypoint: ./lib/a.py, cwd: ./lib}
        configuration:
          content: {format: multi-file, multi-file: {input: {path: in}, output: {solutions: out}}}
          options: {strict: true, items: [{name: a, option_type: int}, {name: b, local_only: true}]}
        """);
    try (Pack pack = Pack.ofCode(directory, false)) {
      assertThat(Json.write(pack.requirements()))
          .isEqualTo(
              "{\"executable_type\":\"python\",\"runtime\":\"ghcr.io/nextmv-io/runtime/python:3.11\","
                  + "\"io_configuration\":{\"format\":\"multi-file\",\"multi_file\":{\"input_path\":\"in\","
                  + "\"output_configuration\":{\"solutions_path\":\"out\"}}},"
                  + "\"options\":{\"strict\":true,\"items\":[{\"name\":\"a\",\"option_type\":\"int\"}]},"
                  + "\"entrypoint\":\"./lib/a.py\",\"working_directory\":\"./lib\"}");
    }
  }

  @Test
  void whatCannotBeSentIsSaidByName() throws IOException {
    assertRefused("no app.yaml");
    manifest("type: cobol\nfiles: [main.py]");
    assertRefused("python, java, go or binary");
    manifest("type: python");
    assertRefused("names no files");
    manifest("files: [main.py, missing.py]");
    assertRefused("missing.py");
    manifest("files: [main.py, ../up.py]");
    assertRefused("leads out");
    manifest("files: [main.py, /etc/passwd]");
    assertRefused("leads out");
    manifest("files: [lib/]");
    assertRefused("What runs is main.py");
    Files.write(directory.resolve("app.yaml"), new byte[] {(byte) 0xff});
    assertRefused("UTF-8");
  }

  @Test
  void whatTheManifestWantsDoneBeforeIsNotLeftOutInSilence() throws IOException {
    manifest("files: [main.py]\nbuild: {command: make}\npython: {pip-requirements: r.txt}");
    assertRefused("build.command: make");
    assertRefused("pip install --target .nextmv/python/deps -r r.txt");
    write(".nextmv/python/deps/pkg/__init__.py", "p");
    try (Pack pack = Pack.ofCode(directory, true)) {
      assertThat(entries(pack.archive(), new TreeMap<>()))
          .containsOnlyKeys(".nextmv/python/deps/pkg/__init__.py", "app.yaml", "main.py");
    }
  }

  @Test
  void aLinkThatLeadsBackEnds() throws IOException {
    manifest("files: ['**/*.py']");
    Files.createSymbolicLink(directory.resolve("lib/back"), directory);
    assertRefused("lead back");
  }

  @Test
  void anInputIsAllOfItsDirectory() throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Pack pack = Pack.ofInput(directory.resolve("lib"))) {
      var _ = entries(pack.archive(), texts);
      assertThat(pack.requirements()).isEmpty();
    }
    assertThat(texts).containsOnlyKeys(".hidden", "a.py", "deep/b.py", "deep/notes.txt");
    assertThatThrownBy(() -> Pack.ofInput(directory.resolve("main.py")))
        .isInstanceOf(PackException.class);
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> Pack.ofCode(directory, false).close())
        .isInstanceOf(PackException.class)
        .hasMessageContaining(why);
  }
}
