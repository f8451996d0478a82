package dev.satchel.core.application;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.workload.ContentPaths;
import dev.satchel.core.workload.Queuing;
import dev.satchel.core.workload.RunOrigin;
import dev.satchel.core.workload.RunSpec;
import dev.satchel.core.workload.WorkloadSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is asked of a run, with its instance and its executable, made to a workload's spec. */
final class RunSpecs {
  private static final ExecutionClass ELSEWHERE =
      new ExecutionClass("", "process", null, null, null);

  private final ExecutionClasses classes;
  private final Requirements.Reader requirements;

  RunSpecs(ExecutionClasses classes, Requirements.Reader requirements) {
    this.classes = classes;
    this.requirements = requirements;
  }

  /**
   * A run that is to be run.
   *
   * @param managed its input; null where that is no managed one
   */
  WorkloadSpec toRun(
      Runs.Chosen chosen,
      Executable executable,
      Runs.Request request,
      @Nullable ManagedInput managed) {
    Program program = Program.of(requirements.read(executable.requirements()));
    Map<String, String> options = options(chosen, request);
    InstanceConfiguration own = request.configuration();
    ExecutionClass chosenClass = executionClass(own, chosen.configuration());
    List<InstanceConfiguration.Format> formats = formats(own, managed, chosen.configuration());
    RunSpec run =
        new RunSpec(
            chosen.application(),
            chosen.instance(),
            chosen.version(),
            request.about().nameOr(""),
            request.about().descriptionOr(""),
            chosenClass.name(),
            program.runtime(),
            input(formats, program.format()),
            output(formats, program.format()),
            program.directory(),
            options,
            own.secretsCollection().isEmpty()
                ? chosen.configuration().secretsCollection()
                : own.secretsCollection(),
            program.paths(),
            new RunOrigin(false, managed == null ? "" : managed.id().value(), request.clonedRun()),
            queuing(own, chosen.configuration()));
    return spec(chosen, program.command(options), chosenClass, run);
  }

  /** A run that ran elsewhere. */
  WorkloadSpec tracked(Runs.Chosen chosen, Runs.Request request) {
    List<InstanceConfiguration.Format> formats =
        formats(request.configuration(), null, chosen.configuration());
    RunSpec run =
        new RunSpec(
            chosen.application(),
            chosen.instance(),
            chosen.version(),
            request.about().nameOr(""),
            request.about().descriptionOr(""),
            "",
            "",
            input(formats, ""),
            output(formats, ""),
            "",
            options(chosen, request),
            "",
            ContentPaths.USUAL,
            new RunOrigin(true, "", request.clonedRun()),
            Queuing.USUAL);
    return spec(chosen, List.of(), ELSEWHERE, run);
  }

  private static WorkloadSpec spec(
      Runs.Chosen chosen, List<String> command, ExecutionClass how, RunSpec run) {
    return new WorkloadSpec(
        chosen.application().value(),
        command,
        null,
        Map.of(),
        List.of(),
        how.engine(),
        null,
        0,
        false,
        Map.of(),
        null,
        how.container(),
        run,
        List.of());
  }

  private static Map<String, String> options(Runs.Chosen chosen, Runs.Request request) {
    Map<String, String> options = new LinkedHashMap<>(chosen.configuration().options());
    options.putAll(request.configuration().options());
    options.putAll(request.options());
    return options;
  }

  private ExecutionClass executionClass(InstanceConfiguration own, InstanceConfiguration instance) {
    InstanceConfiguration named =
        classes.completed(own.executionClass().isEmpty() ? instance : own);
    return classes
        .named(named.executionClass())
        .orElseThrow(
            () ->
                new RefusedException(
                    Reason.UNSUPPORTED,
                    "This server runs nothing by integrations; leave integration_id out."));
  }

  private static Queuing queuing(InstanceConfiguration own, InstanceConfiguration instance) {
    InstanceConfiguration.Queuing said = own.queuing() == null ? instance.queuing() : own.queuing();
    if (said == null) {
      return Queuing.USUAL;
    }
    return new Queuing(
        Objects.requireNonNullElse(said.priority(), Queuing.USUAL.priority()),
        Boolean.TRUE.equals(said.disabled()));
  }

  /** Those that were said: the run's own first, then its managed input's, then the instance's. */
  private static List<InstanceConfiguration.Format> formats(
      InstanceConfiguration own, @Nullable ManagedInput managed, InstanceConfiguration instance) {
    return Stream.of(
            Optional.ofNullable(own.format()),
            Optional.ofNullable(managed).map(ManagedInput::format),
            Optional.ofNullable(instance.format()))
        .flatMap(Optional::stream)
        .toList();
  }

  private static String input(List<InstanceConfiguration.Format> formats, String program) {
    return formats.stream()
        .flatMap(format -> Stream.ofNullable(format.input()))
        .findFirst()
        .orElse(program.isEmpty() ? "json" : program);
  }

  private static String output(List<InstanceConfiguration.Format> formats, String program) {
    return formats.stream()
        .flatMap(format -> Stream.ofNullable(format.output()))
        .findFirst()
        .orElse(program.isEmpty() ? "json" : program);
  }
}
