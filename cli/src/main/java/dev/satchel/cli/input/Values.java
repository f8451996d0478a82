package dev.satchel.cli.input;

import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Surroundings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads values from where the user put them, so that none need stand on a command line: {@code
 * KEY=@file}, {@code KEY=-} (standard input), {@code KEY} alone (the caller's environment, else a
 * prompt). {@code @@} stands for a text's first {@code @}.
 */
public final class Values {
  private final Surroundings surroundings;
  private boolean inputTaken;

  public Values(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * The entries that arguments, files and an env-file make together. What stands on the command
   * line wins over the env-file.
   *
   * @param pairs {@code KEY=VALUE} and its other forms
   * @param files {@code PATH=@local} or {@code PATH=text}
   * @param envFiles dotenv files
   */
  public List<Entry> entries(List<String> pairs, List<String> files, List<String> envFiles) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (String envFile : envFiles) {
      dotenv(envFile)
          .forEach((name, text) -> entries.put("env " + name, Entry.variable(name, bytes(text))));
    }
    Map<String, Entry> given = new LinkedHashMap<>();
    for (String pair : pairs) {
      add(given, variable(pair));
    }
    for (String file : files) {
      add(given, file(file));
    }
    entries.putAll(given);
    return List.copyOf(entries.values());
  }

  private static void add(Map<String, Entry> given, Entry entry) {
    if (given.put(entry.type() + " " + entry.location(), entry) != null) {
      throw CliException.usage(entry.location() + " is given twice.");
    }
  }

  /** One variable, in any of its forms. */
  public Entry variable(String pair) {
    int equals = pair.indexOf('=');
    if (equals == 0) {
      throw CliException.usage("A variable needs a name: KEY=VALUE.");
    }
    return equals < 0
        ? Entry.variable(pair, absent(pair))
        : Entry.variable(pair.substring(0, equals), value(pair, equals));
  }

  /**
   * The visible variables of a submit. Their text is taken as it stands; a name alone takes the
   * caller's.
   */
  public Map<String, String> visible(List<String> pairs, List<String> envFiles) {
    Map<String, String> variables = new LinkedHashMap<>();
    envFiles.forEach(envFile -> variables.putAll(dotenv(envFile)));
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      String inherited = equals < 0 ? surroundings.environment().get(pair) : "";
      if (equals == 0 || inherited == null) {
        throw CliException.usage(
            equals == 0
                ? "A variable needs a name: --env KEY=VALUE."
                : "--env " + pair + " has no value: it is not a variable here.");
      }
      String name = equals < 0 ? pair : pair.substring(0, equals);
      variables.put(name, exact(name, equals < 0 ? inherited : pair.substring(equals + 1)));
    }
    return variables;
  }

  private Entry file(String pair) {
    int equals = pair.indexOf('=');
    if (equals < 1) {
      throw CliException.usage("A file needs a path and a source: --file PATH=@LOCAL_FILE.");
    }
    return Entry.file(pair.substring(0, equals), value(pair, equals));
  }

  private byte[] value(String pair, int equals) {
    String given = pair.substring(equals + 1);
    if (given.equals("-")) {
      return input(pair.substring(0, equals));
    }
    if (given.startsWith("@@")) {
      return bytes(given.substring(1));
    }
    String name = pair.substring(0, equals);
    return given.startsWith("@") ? local(name, given.substring(1)) : bytes(exact(name, given));
  }

  private byte[] local(String name, String path) {
    try {
      return Files.readAllBytes(surroundings.workingDirectory().resolve(path));
    } catch (IOException | java.nio.file.InvalidPathException unreadable) {
      // The path is not told: it may be a value that begins with an @.
      throw CliException.usage(
          "The file that " + name + "=@… names cannot be read.",
          "A value that itself begins with @ is written with two: " + name + "=@@…");
    }
  }

  /**
   * Standard input to its end, without its last line break: that is the shell's, not the value's.
   */
  private byte[] input(String name) {
    if (inputTaken) {
      throw CliException.usage("Standard input is one value, and " + name + " is the second one.");
    }
    inputTaken = true;
    if (surroundings.terminals().in()) {
      return prompted(name);
    }
    try {
      byte[] read = surroundings.in().readAllBytes();
      int length = read.length;
      if (length > 0 && read[length - 1] == '\n') {
        length -= length > 1 && read[length - 2] == '\r' ? 2 : 1;
      }
      return Arrays.copyOf(read, length);
    } catch (IOException broken) {
      throw CliException.usage("Standard input cannot be read.");
    }
  }

  private byte[] absent(String name) {
    String inherited = surroundings.environment().get(name);
    if (inherited != null) {
      return bytes(exact(name, inherited));
    }
    if (surroundings.terminals().in()) {
      return prompted(name);
    }
    throw CliException.usage(
        name + " has no value: it is not a variable here, and there is no terminal to ask on.",
        "Give it as KEY=VALUE, KEY=@FILE, KEY=- (standard input), or export it.");
  }

  private byte[] prompted(String name) {
    char[] typed = surroundings.prompt().apply(name + ": ");
    if (typed == null) {
      throw CliException.usage(
          "No value was given for "
              + name
              + ": there is no terminal to ask on, or its input ended.");
    }
    if (typed.length == 0) {
      surroundings.err().println("Note: " + name + " is empty.");
    }
    byte[] value = new byte[typed.length * 3];
    int length =
        StandardCharsets.UTF_8
            .encode(CharBuffer.wrap(typed))
            .get(value, 0, encodedLength(typed))
            .position();
    Arrays.fill(typed, '\0');
    return Arrays.copyOf(value, length);
  }

  private static int encodedLength(char[] typed) {
    return StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed)).remaining();
  }

  /** A dotenv file, or standard input for {@code -}. */
  public Map<String, String> dotenv(String path) {
    return Dotenv.parse(path.equals("-") ? inputText() : text(path));
  }

  private String inputText() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(input("-"))).toString();
    } catch (CharacterCodingException binary) {
      throw CliException.usage("Standard input is not UTF-8 text.");
    }
  }

  private String text(String path) {
    try {
      return Files.readString(surroundings.workingDirectory().resolve(path));
    } catch (CharacterCodingException binary) {
      throw CliException.usage(path + " is not UTF-8 text.");
    } catch (IOException unreadable) {
      throw CliException.usage("The file " + path + " cannot be read.");
    }
  }

  /** Java reads bytes that are no UTF-8 as U+FFFD: what they were is lost, and is not stored. */
  private static String exact(String name, String text) {
    if (text.indexOf('\uFFFD') >= 0) {
      throw CliException.usage(
          "The value of " + name + " is not UTF-8 text.",
          "Give it from a file: " + name + "=@FILE");
    }
    return text;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
