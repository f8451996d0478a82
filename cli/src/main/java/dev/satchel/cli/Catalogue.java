package dev.satchel.cli;

import dev.satchel.cli.application.CancelRun;
import dev.satchel.cli.application.CreateApp;
import dev.satchel.cli.application.CreateVersion;
import dev.satchel.cli.application.DeleteApp;
import dev.satchel.cli.application.DeletePart;
import dev.satchel.cli.application.ListApps;
import dev.satchel.cli.application.ListParts;
import dev.satchel.cli.application.ListRuns;
import dev.satchel.cli.application.Part;
import dev.satchel.cli.application.PushApp;
import dev.satchel.cli.application.RevealCollection;
import dev.satchel.cli.application.RunApp;
import dev.satchel.cli.application.RunAssets;
import dev.satchel.cli.application.RunLogs;
import dev.satchel.cli.application.ShowApp;
import dev.satchel.cli.application.ShowPart;
import dev.satchel.cli.application.ShowRun;
import dev.satchel.cli.application.ShowRunResult;
import dev.satchel.cli.application.UpdateApp;
import dev.satchel.cli.application.WriteCollection;
import dev.satchel.cli.application.WriteInput;
import dev.satchel.cli.application.WriteInstance;
import dev.satchel.cli.credential.DeleteCredential;
import dev.satchel.cli.credential.ListCredentials;
import dev.satchel.cli.credential.NewCredential;
import dev.satchel.cli.credential.ShowCredential;
import dev.satchel.cli.host.ListHosts;
import dev.satchel.cli.host.LoseHost;
import dev.satchel.cli.secret.DeleteSecret;
import dev.satchel.cli.secret.ImportSecret;
import dev.satchel.cli.secret.ListSecrets;
import dev.satchel.cli.secret.NewSecret;
import dev.satchel.cli.secret.SetSecret;
import dev.satchel.cli.secret.ShowSecret;
import dev.satchel.cli.secret.UnsetSecret;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Program;
import dev.satchel.cli.session.Session;
import dev.satchel.cli.setup.Completion;
import dev.satchel.cli.setup.Doctor;
import dev.satchel.cli.setup.Login;
import dev.satchel.cli.setup.Quickstart;
import dev.satchel.cli.setup.Serve;
import dev.satchel.cli.token.CreateToken;
import dev.satchel.cli.token.ListTokens;
import dev.satchel.cli.token.RevokeToken;
import dev.satchel.cli.volume.CopyFile;
import dev.satchel.cli.volume.CreateVolume;
import dev.satchel.cli.volume.DeleteVolume;
import dev.satchel.cli.volume.GetFile;
import dev.satchel.cli.volume.ListFiles;
import dev.satchel.cli.volume.ListVolumes;
import dev.satchel.cli.volume.PutFile;
import dev.satchel.cli.volume.RemoveFile;
import dev.satchel.cli.volume.ShowVolume;
import dev.satchel.cli.workload.ExecCommand;
import dev.satchel.cli.workload.Explain;
import dev.satchel.cli.workload.ListWorkloads;
import dev.satchel.cli.workload.Logs;
import dev.satchel.cli.workload.Resubmit;
import dev.satchel.cli.workload.Run;
import dev.satchel.cli.workload.Status;
import dev.satchel.cli.workload.Submit;
import dev.satchel.cli.workload.Terminate;
import dev.satchel.cli.workload.Wait;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import picocli.CommandLine;

/** Every command there is. Only those that the arguments ask for are made: the others cost time. */
final class Catalogue {
  private static final List<String> TAKE_A_VALUE = List.of("--server", "--data", "--ca-cert");

  /** One name in the tree; {@code make} makes what is behind it. */
  private record Item(
      String name,
      String alias,
      String about,
      BiFunction<Session, Form, Command> make,
      List<Item> children) {
    boolean isCalled(String word) {
      return word.equals(name) || word.equals(alias);
    }
  }

  private static Item command(String name, String about, BiFunction<Session, Form, Command> make) {
    return new Item(name, "", about, make, List.of());
  }

  private static Item group(String name, String alias, String about, Item... children) {
    return new Item(name, alias, about, Catalogue::usage, List.of(children));
  }

  /** What a noun does alone: it says which commands there are. */
  private static Command usage(Session session, Form form) {
    return () -> {
      form.tellUsage(session.surroundings().err());
      return ExitCode.USAGE;
    };
  }

  private static List<Item> items(Program program, Function<List<String>, CommandLine> tree) {
    return List.of(
        group(
            "secrets",
            "secret",
            "Keep bundles of secrets. Values go in and never come back.",
            command("new", "Store a bundle, or replace the one of its name.", NewSecret::new),
            command("set", "Set single entries; the others stay as they are.", SetSecret::new),
            command("unset", "Remove single entries.", UnsetSecret::new),
            command("list", "List names, revisions and times.", (s, form) -> new ListSecrets(s)),
            command("show", "Show what a bundle has and who uses it; no values.", ShowSecret::new),
            command("delete", "Delete a bundle, unless a workload uses it.", DeleteSecret::new),
            command("import", "Store a bundle from a dotenv file.", ImportSecret::new)),
        command("run", "Submit a job, follow its output, exit with its code.", Run::new),
        command("submit", "Submit a job.", Submit::new),
        command("explain", "Show what a submit would do, without doing it.", Explain::new),
        command("status", "Show one workload, or all that have not ended.", Status::new),
        new Item("list", "ls", "List workloads, newest first.", ListWorkloads::new, List.of()),
        command("logs", "Show what a workload has written.", Logs::new),
        command("exec", "Run a command inside a running workload.", ExecCommand::new),
        command("wait", "Wait until workloads have ended.", Wait::new),
        command(
            "resubmit", "Start a workload again, with what its secrets hold now.", Resubmit::new),
        command("terminate", "End workloads.", Terminate::new),
        group(
            "credentials",
            "credential",
            "Keep access to registries, accounts and engines, for Satchel's own use.",
            command(
                "new", "Store a credential, or replace the one of its name.", NewCredential::new),
            command("list", "List names, kinds and times.", (s, form) -> new ListCredentials(s)),
            command("show", "Show a credential without what is secret.", ShowCredential::new),
            command(
                "delete",
                "Delete a credential, unless a workload uses it.",
                DeleteCredential::new)),
        new Item(
            "hosts",
            "host",
            "Show the machines on which workloads run, and how they stand.",
            (s, form) -> new ListHosts(s),
            List.of(
                command("list", "List hosts.", (s, form) -> new ListHosts(s)),
                command("lose", "Declare a host lost.", LoseHost::new))),
        applications(),
        volumes(),
        group(
            "token",
            "tokens",
            "Make and revoke access tokens.",
            command("create", "Make a token; it is shown once.", CreateToken::new),
            command(
                "list", "List tokens, without what opens them.", (s, form) -> new ListTokens(s)),
            command("revoke", "Revoke a token.", RevokeToken::new)),
        command("login", "Keep a token for a server.", Login::new),
        command("serve", "Start a server on this machine.", Serve::new),
        command(
            "quickstart",
            "Try it all, in a minute.",
            (s, form) -> new Quickstart(s, form, program)),
        command(
            "doctor",
            "Check what this machine can do.",
            (s, form) -> new Doctor(s, form, Version.text())),
        command(
            "completion",
            "Print a script that completes commands.",
            (s, form) -> new Completion(s, form, tree)));
  }

  private static Item applications() {
    return group(
        "app",
        "apps",
        "Keep and run decision models, with their secrets collections.",
        command("list", "List applications.", (s, form) -> new ListApps(s)),
        command("create", "Make an application.", CreateApp::new),
        command("show", "Show an application and what it has.", ShowApp::new),
        command("update", "Change what is named of an application.", UpdateApp::new),
        command("delete", "Delete an application with all that it has.", DeleteApp::new),
        command("push", "Send the code of a directory.", PushApp::new),
        command("run", "Run it, wait, print what it left.", RunApp::new),
        group(
            "secrets",
            "secret",
            "Keep secrets collections, which runs are given.",
            command(
                "create", "Make a collection.", (s, form) -> new WriteCollection(s, form, true)),
            command(
                "update",
                "Replace what a collection holds.",
                (s, form) -> new WriteCollection(s, form, false)),
            command("reveal", "Show a collection with its values.", RevealCollection::new),
            part("list", Part.SECRETS),
            part("show", Part.SECRETS),
            part("delete", Part.SECRETS)),
        group(
            "versions",
            "version",
            "Freeze what was pushed.",
            command("create", "Freeze what was pushed last.", CreateVersion::new),
            part("list", Part.VERSIONS),
            part("show", Part.VERSIONS),
            part("delete", Part.VERSIONS)),
        group(
            "instances",
            "instance",
            "Say how versions are run.",
            command("create", "Make an instance.", (s, form) -> new WriteInstance(s, form, true)),
            command(
                "update",
                "Change what is named of an instance.",
                (s, form) -> new WriteInstance(s, form, false)),
            part("list", Part.INSTANCES),
            part("show", Part.INSTANCES),
            part("delete", Part.INSTANCES)),
        group(
            "inputs",
            "input",
            "Keep inputs for runs to come.",
            command("create", "Keep an input.", (s, form) -> new WriteInput(s, form, true)),
            command(
                "update",
                "Change its name or description.",
                (s, form) -> new WriteInput(s, form, false)),
            part("list", Part.INPUTS),
            part("show", Part.INPUTS),
            part("delete", Part.INPUTS)),
        group(
            "runs",
            "",
            "Look after runs.",
            command("list", "List runs, newest first.", ListRuns::new),
            command("show", "Show how a run stands.", ShowRun::new),
            command("logs", "Show what a run has written.", RunLogs::new),
            command("result", "Wait for a run's end and print what it left.", ShowRunResult::new),
            command("assets", "Show what a run has reported for people.", RunAssets::new),
            command("cancel", "Ask a run to end.", CancelRun::new),
            part("delete", Part.RUNS)));
  }

  /** What is the same for all that an application has. */
  private static Item part(String verb, Part part) {
    return switch (verb) {
      case "list" -> command(verb, "List them.", (s, form) -> new ListParts(s, form, part));
      case "show" -> command(verb, "Show one.", (s, form) -> new ShowPart(s, form, part));
      default -> command(verb, "Delete one.", (s, form) -> new DeletePart(s, form, part));
    };
  }

  private static Item volumes() {
    return group(
        "volume",
        "volumes",
        "Keep storage that outlives the jobs that mount it.",
        command("create", "Make a volume.", CreateVolume::new),
        command("list", "List volumes and how they stand.", (s, form) -> new ListVolumes(s)),
        command("show", "Show a volume and who uses it.", ShowVolume::new),
        command(
            "delete",
            "Delete a volume and its data, unless a workload uses it.",
            DeleteVolume::new),
        command("ls", "List what is in a volume.", ListFiles::new),
        command("put", "Copy a file or directory into a volume.", PutFile::new),
        command("get", "Copy a file or directory out of a volume.", GetFile::new),
        command("rm", "Remove a file or directory of a volume.", RemoveFile::new),
        command("cp", "Copy between here and volumes: NAME:PATH is in a volume.", CopyFile::new));
  }

  private Catalogue() {}

  /**
   * Adds the commands that the arguments name, or all of a level where they name none.
   *
   * @param program for commands that show others at work
   * @param tree makes a tree with the commands in it that some words ask for
   */
  static void attach(
      CommandLine root,
      Session session,
      List<String> arguments,
      Program program,
      Function<List<String>, CommandLine> tree) {
    attach(root, session, items(program, tree), arguments);
  }

  private static void attach(
      CommandLine parent, Session session, List<Item> items, List<String> arguments) {
    int at = firstWord(arguments);
    List<Item> named =
        at == arguments.size()
            ? List.of()
            : items.stream().filter(item -> item.isCalled(arguments.get(at))).toList();
    List<String> rest = named.isEmpty() ? List.of() : arguments.subList(at + 1, arguments.size());
    for (Item item : named.isEmpty() ? items : named) {
      CommandLine command = commandLine(item, session);
      attach(command, session, item.children(), rest);
      if (item.alias().isEmpty()) {
        parent.addSubcommand(item.name(), command);
      } else {
        parent.addSubcommand(item.name(), command, item.alias());
      }
    }
  }

  private static CommandLine commandLine(Item item, Session session) {
    return Form.commandLine(
        item.name(),
        item.about(),
        !item.children().isEmpty(),
        form -> item.make().apply(session, form));
  }

  /** The first argument that is neither an option nor the value of one that all commands take. */
  private static int firstWord(List<String> arguments) {
    int at = 0;
    while (at < arguments.size() && arguments.get(at).startsWith("-")) {
      at += TAKE_A_VALUE.contains(arguments.get(at)) ? 2 : 1;
    }
    return Math.min(at, arguments.size());
  }

  /** The first word of the arguments; empty where there is none. */
  static String commandName(List<String> arguments) {
    int at = firstWord(arguments);
    return at == arguments.size() ? "" : arguments.get(at);
  }
}
