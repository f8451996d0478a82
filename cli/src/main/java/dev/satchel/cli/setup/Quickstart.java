package dev.satchel.cli.setup;

import dev.satchel.cli.output.Screen;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Program;
import dev.satchel.cli.session.Session;
import dev.satchel.cli.session.Surroundings;
import dev.satchel.cli.workload.CommandText;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/** Shows what the program exists for, by running it: each step is a command one could type. */
public final class Quickstart implements Command {
  private static final String JOB = "echo \"token: $GREETING_TOKEN\"";
  private static final int TOKEN_BYTES = 16;

  private final Session session;
  private final Program program;
  private final Screen screen;

  public Quickstart(Session session, Form form, Program program) {
    this.session = session;
    this.program = program;
    this.screen = session.screen();
    form.footer(
        "Starts a server for the data directory unless one runs, stores an example secret,",
        "runs a job with it, and shows that the secret cannot be deleted while it is in use.",
        "A second run keeps what is there.");
  }

  @Override
  public int run() {
    new ServerStarter(session).ensureRunning();
    Surroundings here =
        session
            .surroundings()
            .withEnvironment(
                ServerStarter.environmentFor(session, session.discovery().dataDirectory()));
    Steps steps = new Steps(program, here, screen, prefix());
    keepASecret(steps);
    useIt(steps);
    tryToDeleteItInUse(steps);
    tellWhatIsNext();
    return ExitCode.OK;
  }

  private String prefix() {
    String data = session.globals().data();
    return data == null ? "" : CommandText.of(List.of("--data", data)) + " ";
  }

  private void keepASecret(Steps steps) {
    screen.line("");
    screen.line(screen.bold("1. Keep a secret (here: a random one, from standard input)"));
    if (steps.succeeds(List.of("secrets", "show", "quickstart"))) {
      screen.line("It is kept from an earlier run, and stays as it is.");
      steps.show(List.of("secrets", "show", "quickstart"));
      return;
    }
    byte[] value = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(value);
    steps.showWithInput(
        List.of("secrets", "new", "quickstart", "GREETING_TOKEN=-", "--create-only"),
        HexFormat.of().formatHex(value).getBytes(StandardCharsets.US_ASCII));
  }

  private void useIt(Steps steps) {
    screen.line("");
    screen.line(screen.bold("2. Run a job that prints it: what it prints is masked"));
    String id =
        started(
            steps,
            List.of(
                "submit",
                "-q",
                "--secret",
                "quickstart",
                "--name",
                "quickstart",
                "--",
                "sh",
                "-c",
                JOB));
    steps.show(List.of("logs", "-f", id));
    steps.show(List.of("status", id));
  }

  private void tryToDeleteItInUse(Steps steps) {
    screen.line("");
    screen.line(screen.bold("3. Try to delete it while a job uses it"));
    String id =
        started(
            steps,
            List.of(
                "submit",
                "-q",
                "--secret",
                "quickstart",
                "--name",
                "quickstart-holder",
                "--timeout",
                "5m",
                "--",
                "sleep",
                "300"));
    int refused = steps.show(List.of("secrets", "delete", "quickstart"));
    steps.show(List.of("terminate", "--wait", id));
    if (refused != ExitCode.CONFLICT) {
      throw new CliException(
          ExitCode.FAILED, "The delete should have been refused.", "satchel doctor");
    }
  }

  private static String started(Steps steps, List<String> submit) {
    String id = steps.showForId(submit);
    if (id.isEmpty()) {
      throw new CliException(
          ExitCode.FAILED,
          "The job was not accepted, so there is no more to show.",
          "satchel doctor");
    }
    return id;
  }

  private void tellWhatIsNext() {
    screen.line("");
    screen.line(screen.bold("Five commands worth trying"));
    screen.line("  satchel secrets new hf HF_TOKEN              keep one of yours; it asks for it");
    screen.line("  satchel run --secret hf -- printenv HF_TOKEN run something with it");
    screen.line(
        "  satchel explain --secret hf -- env           see where each variable comes from");
    screen.line("  satchel list                                 see what has run");
    screen.line("  satchel doctor                               see what this machine can do");
    screen.line("");
    screen.line(
        "The server goes on. \"satchel doctor\" names its process, and \"kill\" ends it: jobs go on"
            + " all the same.");
  }
}
