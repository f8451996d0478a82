package dev.satchel.cli.setup;

import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.discovery.ServerFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks what this machine and the server can do; exits 1 where something fails. */
public final class Doctor implements Command {
  private static final int CLOCK = 6; // Where it stands in the list.

  private final Session session;
  private final String version;

  public Doctor(Session session, Form form, String version) {
    this.session = session;
    this.version = version;
    form.footer(
        "Looks at engines, isolation, containers, tmpfs, disk, clock, key, database, ports, and the server",
        "that the next command would talk to. Nothing is changed. Exits with 0 where nothing",
        "fails, notes and warnings included, else with 1. With -q only what is not ok is shown.");
  }

  @Override
  public int run() {
    List<Check> checks = checks();
    boolean failed = checks.stream().anyMatch(Check::failed);
    if (session.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("ok", !failed);
      json.put("version", version);
      json.put("java", Runtime.version().toString());
      json.put("data_directory", session.discovery().dataDirectory().toString());
      json.put("checks", checks.stream().map(Check::toJson).toList());
      session.screen().json(json);
    } else {
      new CheckTable(session).print(about(), checks);
    }
    return failed ? ExitCode.FAILED : ExitCode.OK;
  }

  private String about() {
    return "satchel %s, Java %s at %s"
        .formatted(version, Runtime.version().feature(), System.getProperty("java.home"));
  }

  private List<Check> checks() {
    Path data = session.discovery().dataDirectory();
    ServerFile running = session.discovery().serverFile();
    ServerChecks servers = new ServerChecks(session, running);
    Check server = servers.server();
    MachineChecks machine = new MachineChecks(session.surroundings(), data);
    DataChecks kept = new DataChecks(session, running);
    Check told = servers.engines();
    List<Check> checks = new ArrayList<>();
    checks.add(told == null ? machine.engines() : told);
    List<Check> here = new ArrayList<>();
    here.add(IsolationCheck.check());
    here.add(ContainerCheck.check());
    here.add(BucketCheck.check());
    here.add(machine.temporaryMemory());
    here.add(machine.disk());
    here.add(kept.key());
    here.add(kept.database());
    here.add(new PortCheck(session.surroundings(), running).check());
    boolean elsewhere = !Files.exists(data) && session.isForAnotherMachine();
    here.forEach(check -> checks.add(elsewhere ? check.asNote() : check));
    checks.add(CLOCK, servers.clock(newestWrite(data)));
    checks.add(server);
    addIfAny(checks, servers.token());
    addIfAny(checks, kept.tls());
    addIfAny(checks, kept.objectStore());
    return checks;
  }

  private static void addIfAny(List<Check> checks, @Nullable Check check) {
    if (check != null) {
      checks.add(check);
    }
  }

  private static Instant newestWrite(Path data) {
    return Instant.ofEpochMilli(
        Math.max(
            data.resolve("satchel.db").toFile().lastModified(),
            data.resolve("satchel.db-wal").toFile().lastModified())); // 0 where it is absent.
  }
}
