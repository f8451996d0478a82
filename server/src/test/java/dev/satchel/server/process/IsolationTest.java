package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.EngineContract;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.RecordingLogSink;
import dev.satchel.server.tmpfs.Mount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that try to see what they must not. */
final class IsolationTest {
  private static final String SENTINEL = "sentinel-31337";

  @TempDir private Path data;
  private final List<ProcessEngine> engines = new ArrayList<>();
  private int number;

  @AfterEach
  void removeAll() {
    for (ProcessEngine engine : engines) {
      engine.known().forEach(engine::remove);
      engine.close();
    }
    engines.clear();
  }

  private record Kind(Isolation isolation, boolean trusted) {
    @Override
    public String toString() {
      return isolation.name() + (trusted ? ", trusted" : ", not trusted");
    }
  }

  private interface Body {
    void run(ProcessEngine engine, Kind kind) throws Exception;
  }

  private Stream<DynamicTest> each(Body body) {
    return Stream.of(
            new Kind(new Bubblewrap(), true),
            new Kind(new Bubblewrap(), false),
            new Kind(new Unshare(), true))
        .map(
            kind ->
                DynamicTest.dynamicTest(
                    kind.toString(),
                    () -> {
                      Needs.isolation(kind.isolation, data);
                      body.run(engine(kind), kind);
                      removeAll();
                    }));
  }

  private ProcessEngine engine(Kind kind, Path... hidden) throws IOException {
    return engine(kind, SecretDirectory.candidates(null), hidden);
  }

  private ProcessEngine engine(Kind kind, List<Path> tmpfs, Path... hidden) throws IOException {
    Files.writeString(data.resolve("master.key"), SENTINEL);
    ProcessEngine engine =
        new ProcessEngine(
            Installations.unique("isolation"),
            data,
            Set.of(hidden),
            tmpfs,
            IsolationChoice.of(kind.isolation),
            1 << 24);
    engines.add(engine);
    return engine;
  }

  private AttemptId start(
      ProcessEngine engine, Kind kind, Map<String, byte[]> files, String script) {
    AttemptId attempt = new AttemptId("isolation", ++number);
    byte[] token = SENTINEL.getBytes(StandardCharsets.UTF_8);
    List<String> command = List.of("sh", "-c", script);
    Map<String, byte[]> variables = files.isEmpty() ? Map.of() : Map.of("TOKEN", token);
    JobForm form = new JobForm(command, null, kind.trusted, variables.keySet(), files.keySet());
    assertThat(engine.objections(form)).isEmpty();
    engine.start(EngineContract.launch(attempt, form, variables, files));
    return attempt;
  }

  private String outputOf(ProcessEngine engine, Kind kind, String script) {
    AttemptId attempt = start(engine, kind, Map.of(), script);
    RecordingLogSink sink = new RecordingLogSink();
    engine.follow(attempt, sink);
    return new String(sink.whole(), StandardCharsets.UTF_8);
  }

  @TestFactory
  Stream<DynamicTest> theMasterKeyCannotBeRead() {
    return each(
        (engine, kind) -> {
          String key = data.toRealPath().resolve("master.key").toString();
          String script =
              "for p in '' /proc/1/root /proc/self/root /proc/$PPID/root /proc/1/cwd; do"
                  + " cat $p'"
                  + key
                  + "'; done 2>/dev/null; find '"
                  + data.toRealPath()
                  + "' -name master.key; echo end";
          assertThat(outputOf(engine, kind, script))
              .endsWith("end\n")
              .doesNotContain(SENTINEL)
              .doesNotContain("master.key\n");
        });
  }

  @TestFactory
  Stream<DynamicTest> aKeyFileOutsideOfTheDataDirectoryCannotBeRead(@TempDir Path outside) {
    return each(
        (plain, kind) -> {
          Path key = Files.writeString(outside.resolve("the key"), SENTINEL);
          Path link = Files.createSymbolicLink(outside.resolve("link"), key);
          List<Path> paths = new ArrayList<>(List.of(key.toRealPath(), link));
          if (Machine.userId() == 0) {
            paths.add(Files.createFile(outside.resolve("alias")));
            paths.add(Files.createDirectory(outside.resolve("all")).resolve("the key"));
            run("mount", "--bind", key.toString(), outside.resolve("alias").toString());
            run("mount", "--bind", outside.toString(), outside.resolve("all").toString());
          }
          try {
            StringBuilder script = new StringBuilder();
            paths.forEach(path -> script.append("cat '" + path + "' 2>/dev/null; "));
            paths.forEach(path -> script.append("echo x 2>/dev/null >'" + path + "'; "));
            ProcessEngine engine = engine(kind, link, data.resolve("master.key"));
            assertThat(outputOf(engine, kind, "exec 2>/dev/null; " + script + "echo end"))
                .isEqualTo("end\n");
            assertThat(key).hasContent(SENTINEL);
          } finally {
            if (Machine.userId() == 0) {
              run("umount", outside.resolve("alias").toString());
              run("umount", outside.resolve("all").toString());
            }
            Files.delete(link);
            Files.deleteIfExists(outside.resolve("alias"));
            Files.deleteIfExists(outside.resolve("all"));
          }
        });
  }

  @Test
  void aKeyFileInASystemDirectoryIsHiddenFromJobsThatAreNotTrusted() throws Exception {
    Needs.root();
    Kind kind = new Kind(new Bubblewrap(), false);
    Needs.isolation(kind.isolation, data);
    Path directory = Files.createTempDirectory(Path.of("/usr/local"), "satchel");
    Path key = Files.writeString(directory.resolve("key"), SENTINEL);
    try {
      run("chmod", "-R", "a+rX", directory.toString());
      String script = "ls " + directory + "; cat " + key + " 2>/dev/null; echo end";
      assertThat(outputOf(engine(kind, key), kind, script)).isEqualTo("key\nend\n");
    } finally {
      Files.delete(key);
      Files.delete(directory);
    }
  }

  @TestFactory
  Stream<DynamicTest> anotherAttemptsSecretsCannotBeRead() {
    return each(
        (engine, kind) -> {
          byte[] value = SENTINEL.getBytes(StandardCharsets.UTF_8);
          start(engine, kind, Map.of("key", value), "sleep 60");
          String script =
              "cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -a "
                  + SENTINEL
                  + " | grep -av 'grep -a'; find /dev/shm /run -name env -o -name spool -o -path"
                  + " '*/files/*' 2>/dev/null; ps -A -o args= 2>/dev/null | grep -c 'sleep 60'; echo end";
          assertThat(outputOf(engine, kind, script))
              .matches(text -> !text.contains("=" + SENTINEL), "no value")
              .doesNotContain("/spool")
              .endsWith("end\n");
        });
  }

  @TestFactory
  Stream<DynamicTest> secretsThatAnEarlierLifeKeptElsewhereCannotBeRead() {
    return each(
        (plain, kind) -> {
          Path memory = Path.of("/dev/shm");
          dev.satchel.core.Needs.that(
              Files.isDirectory(memory) && Mount.isTmpfs(memory), "/dev/shm is not on tmpfs");
          Path recorded = Files.createTempDirectory(memory, "satchel-before");
          Path candidate = Files.createTempDirectory(memory, "satchel-candidate");
          try {
            Files.writeString(candidate.resolve("spool"), SENTINEL);
            ProcessEngine before = engine(kind, List.of(recorded));
            byte[] value = SENTINEL.getBytes(StandardCharsets.UTF_8);
            start(before, kind, Map.of("key", value), "echo $TOKEN; sleep 60");
            before.close();
            List<Path> tmpfs = new ArrayList<>(SecretDirectory.candidates(null));
            tmpfs.add(candidate);
            ProcessEngine after = engine(kind, tmpfs);
            String script = "find " + recorded + " " + candidate + " 2>/dev/null; echo end";
            assertThat(outputOf(after, kind, script))
                .endsWith("end\n")
                .doesNotContain("/spool")
                .doesNotContain("/files");
            after.known().forEach(after::remove);
          } finally {
            Deletion.ofTree(recorded);
            Deletion.ofTree(candidate);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> theServerCannotBeSeen() {
    return each(
        (engine, kind) -> {
          String seen = outputOf(engine, kind, "cat /proc/*/comm; kill -0 1 && echo; echo $$");
          assertThat(seen).doesNotContain("java").doesNotContain("bwrap");
          assertThat(Integer.parseInt(seen.substring(seen.strip().lastIndexOf('\n') + 1).strip()))
              .as("in a namespace of its own")
              .isLessThan(10);
          long server = ProcessHandle.current().pid();
          assertThat(outputOf(engine, kind, "cat /proc/" + server + "/environ && echo read"))
              .doesNotContain("read");
        });
  }

  @TestFactory
  Stream<DynamicTest> otherJobsCannotBeSeenThroughAnotherProcfs() {
    return each(
        (engine, kind) -> {
          Needs.root();
          Path proc = Files.createDirectory(data.resolveSibling("chroot proc"));
          run("mount", "-t", "proc", "proc", proc.toString());
          try {
            byte[] value = SENTINEL.getBytes(StandardCharsets.UTF_8);
            start(engine, kind, Map.of("key", value), "sleep 60");
            String script = "cat '" + proc + "'/*/environ; ls '" + proc + "'; echo end";
            assertThat(outputOf(engine, kind, "exec 2>/dev/null; " + script)).isEqualTo("end\n");
          } finally {
            run("umount", proc.toString());
            Files.delete(proc);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> theViewCannotBeLeft() {
    return each(
        (engine, kind) -> {
          String escapes =
              """
              umount '%1$s' && echo left
              umount -l '%1$s' && echo left
              mount -t tmpfs none /mnt && echo left
              unshare -m true && echo left
              unshare -U true && unshare -Um umount '%1$s' && echo left
              nsenter -t 1 -m -- ls '%1$s/attempts' && echo left
              chroot /proc/1/root true && echo left
              mknod /tmp/satchel-node b 254 0 && echo left
              grep -E '^(Cap(Eff|Prm|Inh|Amb)|NoNewPrivs)' /proc/self/status
              """
                  .formatted(data.toRealPath());
          String seen = outputOf(engine, kind, "exec 2>/dev/null\n" + escapes);
          assertThat(seen).doesNotContain("left").contains("NoNewPrivs:\t1");
          assertThat(seen.lines().filter(line -> line.startsWith("Cap")))
              .hasSize(4)
              .allMatch(line -> line.endsWith("0000000000000000"));
        });
  }

  @TestFactory
  Stream<DynamicTest> theMachinesSettingsCannotBeChanged() {
    return each(
        (engine, kind) -> {
          String script =
              "for f in /proc/sys/kernel/domainname /proc/sys/vm/swappiness /proc/sysrq-trigger; do"
                  + " (: >>$f) 2>/dev/null && echo $f; done;" // Opened, and nothing written.
                  + " find /sys -type f -writable 2>/dev/null | head -n 3;"
                  + " umount /proc/sys 2>/dev/null && echo left; echo end";
          assertThat(outputOf(engine, kind, script)).isEqualTo("end\n");
        });
  }

  @TestFactory
  Stream<DynamicTest> noDiskCanBeReadRaw() {
    return each(
        (engine, kind) -> {
          String script =
              "find /dev -type b -exec stat -c %F {} + 2>/dev/null | grep -c block; for d in $(find /dev -type b 2>/dev/null) /dev/vda /dev/sda /dev/nvme0n1; do"
                  + " dd if=$d bs=4096 count=1 2>/dev/null; done | wc -c";
          assertThat(outputOf(engine, kind, script)).isEqualTo("0\n0\n");
        });
  }

  @TestFactory
  Stream<DynamicTest> theDataDirectoryIsHiddenUnderItsOtherMountsToo() {
    return each(
        (engine, kind) -> {
          Needs.root();
          Path alias = Files.createTempDirectory("satchel alias");
          Path below = Files.createTempDirectory("satchel-below");
          Path attempts = data.resolve("attempts");
          run("mount", "--bind", data.resolve("..").toRealPath().toString(), alias.toString());
          run("mount", "--bind", attempts.toString(), below.toString());
          try {
            String seen =
                outputOf(
                    engine,
                    kind,
                    "find '"
                        + alias.resolve(String.valueOf(data.getFileName()))
                        + "' '"
                        + below
                        + "' 2>/dev/null; echo end");
            assertThat(seen).doesNotContain("master.key").doesNotContain("isolation-");
          } finally {
            run("umount", alias.toString());
            run("umount", below.toString());
            Files.delete(alias);
            Files.delete(below);
          }
        });
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  @Test
  void aJobThatIsNotTrustedSeesOnlyTheSystemAndItsOwnDirectory() throws IOException {
    Kind kind = new Kind(new Bubblewrap(), false);
    Needs.isolation(kind.isolation, data);
    ProcessEngine engine = engine(kind);
    assertThat(outputOf(engine, kind, "ls /").lines())
        .isSubsetOf(
            "bin", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "run", "run", "sbin",
            "tmp", "usr", "work");
    assertThat(outputOf(engine, kind, "ls /etc"))
        .doesNotContain("shadow")
        .doesNotContain("sudoers")
        .contains("passwd");
    assertThat(outputOf(engine, kind, "pwd; echo kept >f; cat f; touch /tmp/x && echo tmp"))
        .isEqualTo("/work\nkept\ntmp\n");
    assertThat(outputOf(engine, kind, "touch /usr/x /etc/x /x 2>&1 | grep -c 'touch:'"))
        .isEqualTo("3\n");
    assertThat(outputOf(engine, kind, "echo again >/dev/stdout; echo $HOME"))
        .isEqualTo("again\n/work\n");
    if (Machine.userId() == 0) {
      assertThat(Integer.parseInt(outputOf(engine, kind, "id -u").strip()))
          .isBetween(1_900_000_000, 1_916_777_215);
    }
  }

  @Test
  void filesOfAJobThatIsNotTrustedAreItsOwn() throws IOException {
    Kind kind = new Kind(new Bubblewrap(), false);
    Needs.isolation(kind.isolation, data);
    ProcessEngine engine = engine(kind);
    byte[] value = SENTINEL.getBytes(StandardCharsets.UTF_8);
    Map<String, byte[]> files = Map.of("conf/key", value, "/run/secrets/key", value);
    String script =
        "cat conf/key; cat /run/secrets/key; stat -c %a conf/key; [ -O conf/key ] && echo own;"
            + " mkdir conf/d && echo made";
    AttemptId attempt = start(engine, kind, files, script);
    RecordingLogSink sink = new RecordingLogSink();
    engine.follow(attempt, sink);
    assertThat(new String(sink.whole(), StandardCharsets.UTF_8))
        .isEqualTo(SENTINEL + SENTINEL + "400\nown\nmade\n");
  }

  @Test
  void aJobThatIsNotTrustedChoosesNoDirectoryAndNeedsBubblewrap() throws IOException {
    JobForm chosen = new JobForm(List.of("true"), data, false, Set.of(), Set.of());
    assertThat(engine(new Kind(new Bubblewrap(), false)).objections(chosen))
        .singleElement()
        .asString()
        .contains("working directory");
    JobForm fresh = new JobForm(List.of("true"), null, false, Set.of(), Set.of());
    assertThat(engine(new Kind(new Unshare(), false)).objections(fresh))
        .singleElement()
        .asString()
        .contains("bubblewrap");
  }

  @Test
  void theServersOwnDirectoryIsNoWorkingDirectory() throws IOException {
    Path inside = Files.createDirectories(data.resolve("in/side"));
    JobForm form = new JobForm(List.of("true"), inside, true, Set.of(), Set.of());
    assertThat(engine(new Kind(new Bubblewrap(), true)).objections(form)).hasSize(1);
  }
}
