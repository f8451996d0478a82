package dev.satchel.server.process;

import dev.satchel.core.secret.SecretValue;
import dev.satchel.core.workload.ExecCommand;
import dev.satchel.core.workload.JobForm;
import dev.satchel.core.workload.Launch;
import dev.satchel.core.workload.Staging;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A job's variables as a script, which the innermost shell of the isolation reads from its input.
 * So no value is in the arguments or the environment of any process but the job's own, and a
 * variable that steers programs, such as {@code LD_PRELOAD}, steers none outside of the isolation.
 */
final class JobEnvironment {
  /** Tells an attempt's processes from others where no namespace does. */
  static final String MARKER = "SATCHEL_ATTEMPT_ID";

  /** Where a job that is not trusted works; its host path is nobody's business. */
  static final String WORK = "/work";

  static final String STANDARD_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** A kernel limit, MAX_ARG_STRLEN: {@code NAME=value} and its NUL. Source: execve(2). */
  private static final int VARIABLE_MAX_BYTES = 131_072;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /**
   * Names that dash or bash, as {@code /bin/sh}, set themselves, keep from being set, or drop on
   * exec: measured with both, each with values that are text, numbers and empty. All other names
   * arrive exactly, {@code PWD}, {@code OLDPWD} and {@code IFS} among them.
   */
  private static final Set<String> ALTERED_BY_SHELLS =
      Set.of(
          "_",
          "BASHOPTS",
          "BASHPID",
          "BASH_ALIASES",
          "BASH_ARGC",
          "BASH_ARGV",
          "BASH_ARGV0",
          "BASH_CMDS",
          "BASH_COMMAND",
          "BASH_COMPAT",
          "BASH_LINENO",
          "BASH_REMATCH",
          "BASH_SOURCE",
          "BASH_SUBSHELL",
          "BASH_VERSINFO",
          "BASH_XTRACEFD",
          "DIRSTACK",
          "EPOCHREALTIME",
          "EPOCHSECONDS",
          "EUID",
          "FUNCNAME",
          "GROUPS",
          "HISTCMD",
          "LINENO",
          "OPTIND",
          "PIPESTATUS",
          "PPID",
          "RANDOM",
          "SECONDS",
          "SHELLOPTS",
          "SHLVL",
          "SRANDOM",
          "UID");

  private JobEnvironment() {}

  /** Names that would not arrive as they are, each with the next step. */
  static List<String> objections(JobForm form) {
    List<String> objections = new ArrayList<>();
    for (String name : form.variables().stream().sorted().toList()) {
      if (!NAME.matcher(name).matches()) {
        objections.add("A variable's name is letters, digits and \"_\"; one here is not.");
      } else if (ALTERED_BY_SHELLS.contains(name)) {
        objections.add(
            "The variable "
                + name
                + " is a shell's own and would not arrive as it is; give it another name, or use a file entry.");
      }
    }
    return objections;
  }

  /** Names of variables whose values no process can be started with, each with the reason. */
  static List<String> objections(Launch launch) {
    List<String> objections = new ArrayList<>();
    for (var variable : new TreeMap<>(launch.variables()).entrySet()) {
      byte[] value = variable.getValue().bytes();
      if (variable.getKey().length() + value.length + 2 > VARIABLE_MAX_BYTES) {
        objections.add(
            "The variable " + variable.getKey() + " is 128 KiB or more; use a file entry.");
      }
      for (byte each : value) {
        if (each == 0) {
          objections.add("The variable " + variable.getKey() + " holds NUL; use a file entry.");
          break;
        }
      }
    }
    return objections;
  }

  /**
   * The script that becomes the job. The caller overwrites it.
   *
   * @param server the server's own environment, of which only the base is taken
   */
  static byte[] script(Launch launch, Map<String, String> server) {
    try (var script = new Wiped()) {
      if (!launch.form().trusted()) {
        script.text("cd " + WORK + " || exit\n"); // Only the job's own user may enter it.
      }
      script.text("echo >&3 && read -r go <&6 || exit\n"); // The isolation stands, and it is noted.
      script.text("exec >&7 5>&7 2>/dev/null 3>&- 6<&- 7>&-\n"); // No shell names a value.
      Staging staging = launch.staging();
      if (staging != null) {
        script.text("ulimit -f " + staging.fileMaxBytes() / 512 + " || exit\n");
      }
      script.text("unset go PWD OLDPWD SHLVL\n");
      Map<String, byte[]> variables = new LinkedHashMap<>();
      base(launch.form().trusted(), server)
          .forEach((name, value) -> variables.put(name, value.getBytes(StandardCharsets.UTF_8)));
      for (Map.Entry<String, SecretValue> variable : launch.variables().entrySet()) {
        variables.put(variable.getKey(), variable.getValue().bytes());
      }
      variables.put(MARKER, launch.attempt().toString().getBytes(StandardCharsets.UTF_8));
      variables.forEach((name, value) -> script.text("export " + name + "=").quoted(value));
      script.text("exec");
      for (String word : launch.form().command()) {
        script.text(" ").quotedWord(word.getBytes(StandardCharsets.UTF_8));
      }
      return script.text(redirections(staging)).toByteArray();
    }
  }

  /**
   * The script that becomes a command beside a job, and the line that ends it. The caller
   * overwrites it.
   *
   * @param environment what the job was started with, each variable followed by NUL
   * @param mark a variable of the command's own
   * @param end the line, which is in nobody's hands
   */
  static byte[] beside(byte[] environment, String mark, String end, ExecCommand command) {
    try (var script = new Wiped()) {
      script.text("unset line script LC_ALL PWD OLDPWD SHLVL " + JobCommand.OF + "\n");
      int from = 0;
      for (int at = 0; at < environment.length; at++) {
        if (environment[at] == 0) {
          script.variable(environment, from, at);
          from = at + 1;
        }
      }
      script.text("export " + mark + "\nexec");
      for (String word : command.words()) {
        script.text(" ").quotedWord(word.getBytes(StandardCharsets.UTF_8));
      }
      script.text(command.stdin() ? "\n" : " </dev/null\n").text(end + "\n");
      return script.toByteArray();
    } finally {
      Arrays.fill(environment, (byte) 0);
    }
  }

  /** Of the descriptors that the runner opens: 8 is the input, 9 the file of the output. */
  private static String redirections(@Nullable Staging staging) {
    String input = staging != null && staging.input() != null ? " <&8" : " </dev/null";
    String output = staging != null && staging.keepsOutput() ? " >&9" : "";
    return input + output + " 2>&5 5>&- 8<&- 9>&-\n";
  }

  /** What every job has, unless its workload says otherwise. Nothing else of the server's. */
  private static Map<String, String> base(boolean trusted, Map<String, String> server) {
    Map<String, String> base = new LinkedHashMap<>();
    base.put("PATH", STANDARD_PATH);
    base.put("HOME", trusted ? System.getProperty("user.home", "/") : WORK);
    base.put("USER", trusted ? System.getProperty("user.name", "root") : "satchel");
    base.put("LANG", "C.UTF-8");
    base.put("TMPDIR", "/tmp");
    for (String name :
        trusted ? List.of("PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR") : List.of("LANG", "TZ")) {
      String value = server.get(name);
      if (value != null) {
        base.put(name, value);
      }
    }
    return base;
  }

  /** A buffer that leaves no copy of what was written to it. */
  private static final class Wiped extends ByteArrayOutputStream {
    Wiped() {
      super(4096);
    }

    Wiped text(String text) {
      writeBytes(text.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    void quoted(byte[] bytes) {
      quotedWord(bytes);
      text("\n");
    }

    /** {@code NAME=value}, where it is that. */
    void variable(byte[] of, int from, int to) {
      int equals = from;
      while (equals < to && of[equals] != '=') {
        equals++;
      }
      String name = new String(of, from, equals - from, StandardCharsets.ISO_8859_1);
      if (equals < to && NAME.matcher(name).matches() && !ALTERED_BY_SHELLS.contains(name)) {
        byte[] value = Arrays.copyOfRange(of, equals + 1, to);
        text("export " + name + "=").quoted(value);
        Arrays.fill(value, (byte) 0);
      }
    }

    /** Within single quotes a shell takes every byte as it is, save the quote itself. */
    void quotedWord(byte[] bytes) {
      write('\'');
      for (byte each : bytes) {
        if (each == '\'') {
          text("'\\''");
        } else {
          write(each);
        }
      }
      write('\'');
    }

    @Override
    public synchronized void write(int b) {
      if (count == buf.length) {
        byte[] small = buf;
        buf = Arrays.copyOf(small, 2 * small.length);
        Arrays.fill(small, (byte) 0);
      }
      buf[count++] = (byte) b;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        write(bytes[i]);
      }
    }

    @Override
    public void close() {
      Arrays.fill(buf, (byte) 0);
    }
  }
}
