package dev.satchel.cli;

import dev.satchel.cli.http.RequestException;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.discovery.DiscoveryException;
import dev.satchel.sdk.discovery.Target;
import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells a failure: what happened, why, the next command; and which exit code it is. */
final class Failures {
  private final Session session;

  Failures(Session session) {
    this.session = session;
  }

  int tell(Exception thrown) {
    return switch (thrown) {
      case CliException expected -> {
        tell(expected.what(), expected.hints(), "", Node.ABSENT, expected.exitCode());
        yield expected.exitCode();
      }
      case DiscoveryException missing -> tell(CliException.of(missing));
      case RequestException refused -> tellRefusal(refused);
      case ParameterException wrong -> tellUsage(wrong);
      default -> {
        tellBug(thrown);
        yield ExitCode.FAILED;
      }
    };
  }

  private int tellRefusal(RequestException refused) {
    int exitCode = exitCode(refused);
    tell(what(refused), hints(refused), refused.code(), refused.members(), exitCode);
    return exitCode;
  }

  private static int exitCode(RequestException refused) {
    return switch (refused.status()) {
      case 0, 502, 503 -> ExitCode.UNREACHABLE;
      case 401, 403 -> ExitCode.FORBIDDEN;
      case 404 -> ExitCode.NOT_FOUND;
      case 408, 504 -> ExitCode.TIMEOUT;
      case 409, 412 -> ExitCode.CONFLICT;
      default -> refused.code().endsWith("_NOT_FOUND") ? ExitCode.NOT_FOUND : ExitCode.FAILED;
    };
  }

  private String what(RequestException refused) {
    Target target = session.targetIfKnown();
    if (refused.status() == 401 && target != null) {
      return target.url() + " does not accept the token from " + target.tokenFrom() + ".";
    }
    List<String> missing =
        refused.members().at("workload_ids").texts().stream()
            .filter(id -> !refused.detail().contains(id))
            .toList();
    return missing.isEmpty()
        ? refused.detail()
        : refused.detail() + " Workloads: " + String.join(", ", missing) + ".";
  }

  private List<String> hints(RequestException refused) {
    Target target = session.targetIfKnown();
    if (refused.untrusted()) {
      return List.of(refused.remedy());
    }
    if (refused.status() == 0) {
      return List.of(
          "satchel serve     starts a server on this machine",
          "satchel doctor    looks for what is wrong");
    }
    if (refused.status() == 401 && target != null) {
      return List.of("satchel login " + target.url() + "    keeps another one");
    }
    return switch (refused.code()) {
      case "SECRET_IN_USE" -> inUse(refused.members());
      case "COLLECTION_IN_USE", "APPLICATION_IN_USE" -> holders(refused.members());
      case "APPLICATION_NOT_FOUND" -> List.of("satchel app list");
      case "COLLECTION_NOT_FOUND" -> List.of("satchel app secrets list APP");
      case "VERSION_NOT_FOUND" -> List.of("satchel app versions list APP");
      case "INSTANCE_NOT_FOUND" -> List.of("satchel app instances list APP");
      case "NOTHING_PUSHED" -> List.of("satchel app push APP DIR");
      case "SECRET_NOT_FOUND" -> List.of("satchel secrets list");
      case "WORKLOAD_NOT_FOUND" -> List.of("satchel list");
      case "TOKEN_NOT_FOUND" -> List.of("satchel token list");
      default -> List.of();
    };
  }

  private static List<String> inUse(Node problem) {
    List<String> hints = new ArrayList<>(holders(problem));
    if (problem.at("name").isPresent()) {
      hints.add("satchel secrets delete " + problem.text("name") + " --force");
    }
    return hints;
  }

  private static List<String> holders(Node problem) {
    List<String> holders = problem.at("workload_ids").texts();
    return holders.isEmpty()
        ? List.of()
        : List.of("satchel terminate " + String.join(" ", holders));
  }

  /** A wrong command line. What was typed is not repeated in full: part of it may be a value. */
  int tellUsage(ParameterException wrong) {
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    List<String> hints = new ArrayList<>();
    String what;
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().getFirst();
      boolean noun = !wrong.getCommandLine().getSubcommands().isEmpty();
      String kind = first.startsWith("-") ? "option" : noun ? "command" : "argument";
      what = "Unknown " + kind + ": " + withoutValue(first) + ".";
      List<String> suggestions =
          unmatched.getSuggestions().stream().filter(other -> Likeness.of(first, other)).toList();
      if (!suggestions.isEmpty()) {
        what += " Did you mean " + String.join(" or ", suggestions) + "?";
      }
    } else if (wrong.getArgSpec() instanceof OptionSpec option
        && option.type() == Integer.class
        && wrong.getValue() != null) {
      what = option.longestName() + " takes a whole number.";
    } else if (wrong instanceof MissingParameterException missing) {
      what = missing.getMessage() + ".";
    } else {
      what = String.valueOf(wrong.getMessage());
    }
    hints.add(command + " --help");
    tell(what, hints, "USAGE", Node.ABSENT, ExitCode.USAGE);
    return ExitCode.USAGE;
  }

  private static String withoutValue(String argument) {
    int equals = argument.indexOf('=');
    return equals < 0 ? argument : argument.substring(0, equals) + "=…";
  }

  private void tellBug(Exception thrown) {
    session.screen().note("Error: this should not have happened: " + thrown.getClass().getName());
    for (StackTraceElement frame : thrown.getStackTrace()) { // No message: it may quote input.
      session.screen().note("    at " + frame);
    }
  }

  private void tell(String what, List<String> hints, String code, Node problem, int exitCode) {
    if (exitCode == ExitCode.UNREAD) {
      return;
    }
    if (session.json()) {
      session.screen().note(Json.write(problem.isPresent() ? problem : told(what, code, exitCode)));
      return;
    }
    String label = session.screen().colourfulNotes() ? "\u001b[31mError:\u001b[0m " : "Error: ";
    session.screen().note(label + what);
    hints.stream()
        .filter(hint -> !what.contains(hint)) // Many of the server's details say it already.
        .forEach(hint -> session.screen().note("  " + hint));
  }

  private static Map<String, Object> told(String what, String code, int exitCode) {
    Map<String, Object> told = new LinkedHashMap<>();
    if (!code.isEmpty()) {
      told.put("code", code);
    }
    told.put("detail", what);
    told.put("exit_code", exitCode);
    return told;
  }
}
