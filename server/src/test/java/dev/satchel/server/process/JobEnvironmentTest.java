package dev.satchel.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.workload.AttemptId;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every variable arrives byte for byte, or is refused by name, in each shell that may be /bin/sh.
 */
final class JobEnvironmentTest {
  private static final AttemptId ATTEMPT = new AttemptId("w", 1);

  private static final List<String> NAMES_THAT_SHELLS_KNOW =
      List.of(
          """
          PWD OLDPWD IFS _ PPID UID EUID GROUPS SHLVL RANDOM SRANDOM SECONDS LINENO SHELLOPTS
          BASHOPTS BASH BASHPID BASH_ENV BASH_VERSION BASH_VERSINFO BASH_ALIASES BASH_ARGC BASH_ARGV
          BASH_ARGV0 BASH_CMDS BASH_COMMAND BASH_COMPAT BASH_EXECUTION_STRING BASH_LINENO
          BASH_LOADABLES_PATH BASH_REMATCH BASH_SOURCE BASH_SUBSHELL BASH_XTRACEFD OPTIND OPTARG
          OPTERR DIRSTACK EPOCHSECONDS EPOCHREALTIME HISTCMD FUNCNAME PIPESTATUS PS1 PS2 PS4 PS0 ENV
          PATH LD_LIBRARY_PATH LANG LC_ALL LC_CTYPE TERM HISTSIZE HISTFILE HISTCONTROL MAIL MAILPATH
          MAILCHECK CDPATH HOME POSIXLY_CORRECT IGNOREEOF TMOUT COLUMNS LINES HOSTNAME HOSTTYPE
          MACHTYPE OSTYPE FCEDIT EDITOR GLOBIGNORE FIGNORE FUNCNEST EXECIGNORE CHILD_MAX COPROC
          COMP_LINE COMP_WORDBREAKS COMPREPLY MAPFILE READLINE_LINE REPLY TIMEFORMAT PROMPT_COMMAND
          INPUTRC auto_resume histchars NLSPATH USER SHELL LOGNAME MALLOC_CHECK_ GCONV_PATH
          """
              .split("\\s+"));

  private static Stream<List<String>> shells() {
    return Stream.of(
            List.of("/bin/sh", "-s"),
            List.of("/bin/dash", "-s"),
            List.of("/bin/bash", "-s"),
            List.of("/bin/bash", "--posix", "-s"),
            List.of("/bin/busybox", "sh", "-s"))
        .filter(shell -> Files.isExecutable(Path.of(shell.getFirst())));
  }

  @TestFactory
  Stream<DynamicTest> randomValuesArriveByteForByte() {
    return shells()
        .map(
            shell ->
                DynamicTest.dynamicTest(
                    String.join(" ", shell),
                    () -> {
                      for (long seed = 0; seed < 30; seed++) {
                        assertArrives(shell, randomVariables(new Random(seed)));
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> namesThatShellsKnowArriveOrAreRefused() {
    return shells()
        .map(
            shell ->
                DynamicTest.dynamicTest(
                    String.join(" ", shell),
                    () -> {
                      for (String value : List.of("x y'z\n#=", "", "42", "abc", "1:x", "0")) {
                        for (String name : NAMES_THAT_SHELLS_KNOW) {
                          assertArrives(shell, allowed(name, value));
                        }
                      }
                    }));
  }

  private static Map<String, byte[]> allowed(String name, String value) {
    JobForm form = new JobForm(List.of("true"), null, true, Set.of(name), Set.of());
    List<String> objections = JobEnvironment.objections(form);
    if (objections.isEmpty()) {
      return Map.of(name, value.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(objections).singleElement().asString().contains(" " + name + " ", "file entry");
    return Map.of();
  }

  @Test
  void aValueOf100KibibytesArrives() throws Exception {
    byte[] large = new byte[100 * 1024];
    new Random(3).nextBytes(large);
    for (int i = 0; i < large.length; i++) {
      large[i] = large[i] == 0 ? (byte) '\'' : large[i];
    }
    for (List<String> shell : shells().toList()) {
      assertArrives(shell, Map.of("LARGE", large));
    }
  }

  @Test
  void aNameThatIsNoNameIsRefusedWithoutBeingRepeated() {
    JobForm form = new JobForm(List.of("true"), null, true, Set.of("A;touch x"), Set.of());
    assertThat(JobEnvironment.objections(form)).singleElement().asString().doesNotContain("touch");
  }

  @Test
  void theBaseTakesSixNamesOfTheServerAndNoOther() {
    Map<String, String> server =
        Map.of("PATH", "/p", "TZ", "UTC", "SATCHEL_TOKEN", "secret", "AWS_KEY", "secret");
    String script = text(launch(Map.of(), true), server);
    assertThat(script).contains("export PATH='/p'\n", "export TZ='UTC'\n").doesNotContain("secret");
    assertThat(text(launch(Map.of(), false), server))
        .contains("export HOME='/work'\n", "export PATH='/usr/local/sbin:")
        .doesNotContain("'/p'");
  }

  private static String text(Launch launch, Map<String, String> server) {
    return new String(JobEnvironment.script(launch, server), StandardCharsets.UTF_8);
  }

  private static Launch launch(Map<String, byte[]> variables, boolean trusted) {
    Map<String, SecretValue> values = new HashMap<>();
    variables.forEach((name, value) -> values.put(name, SecretValue.of(value.clone())));
    List<String> command = List.of("/bin/cat", "/proc/self/environ");
    JobForm form = new JobForm(command, null, trusted, variables.keySet(), Set.of());
    return new Launch(ATTEMPT, form, values, Map.of());
  }

  private static Map<String, byte[]> randomVariables(Random random) {
    String letters = "ABCXYZabcxyz_0189";
    String[] pieces = {
      "'", "\"", "\n", "\\", "$", "`", "#", " ", "=", "é", "€", "😀", "a", "\t", "\r"
    };
    Map<String, byte[]> variables = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      StringBuilder name = new StringBuilder("T");
      for (int j = random.nextInt(20); j > 0; j--) {
        name.append(letters.charAt(random.nextInt(letters.length())));
      }
      StringBuilder value = new StringBuilder();
      for (int j = random.nextInt(40); j > 0; j--) {
        value.append(pieces[random.nextInt(pieces.length)]);
      }
      byte[] bytes = value.toString().getBytes(StandardCharsets.UTF_8);
      if (random.nextBoolean() && bytes.length > 0) {
        bytes[random.nextInt(bytes.length)] = (byte) (128 + random.nextInt(128)); // No UTF-8.
      }
      variables.put(name.toString(), bytes);
    }
    variables.put("PATH", "/no where:/x".getBytes(StandardCharsets.UTF_8));
    variables.put("LD_LIBRARY_PATH", "/no 'where".getBytes(StandardCharsets.UTF_8));
    variables.put("BASH_ENV", "/nowhere\n".getBytes(StandardCharsets.UTF_8));
    variables.put("IFS", "ab'".getBytes(StandardCharsets.UTF_8));
    return variables;
  }

  private static void assertArrives(List<String> shell, Map<String, byte[]> variables)
      throws IOException {
    Launch launch = launch(variables, true);
    ProcessBuilder builder = new ProcessBuilder(shell).redirectErrorStream(true);
    builder.environment().clear();
    Process process = builder.start();
    try (OutputStream input = process.getOutputStream()) {
      String runners =
          "exec 3>/dev/null 6</proc/self/stat 7>&1\n"; // A line to read, and an output.
      input.write(runners.getBytes(StandardCharsets.US_ASCII));
      input.write(JobEnvironment.script(launch, Map.of()));
    }
    String arrived =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    Map<String, String> seen = new HashMap<>();
    for (String line : arrived.split("\0", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        seen.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    variables.forEach(
        (name, value) ->
            assertThat(seen.get(name))
                .as("%s in %s", name, shell)
                .isEqualTo(new String(value, StandardCharsets.ISO_8859_1)));
    seen.keySet()
        .removeAll(
            List.of("PATH", "HOME", "USER", "LANG", "TMPDIR", "_", "SHLVL", JobEnvironment.MARKER));
    assertThat(seen.keySet()).isSubsetOf(variables.keySet());
    assertThat(Arrays.asList(arrived.split("\0", -1))).isNotEmpty();
  }
}
