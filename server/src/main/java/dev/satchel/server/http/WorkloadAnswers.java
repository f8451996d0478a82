package dev.satchel.server.http;

import dev.satchel.api.AttemptItem;
import dev.satchel.api.BucketItem;
import dev.satchel.api.ContainerItem;
import dev.satchel.api.MountItem;
import dev.satchel.api.PlanDetail;
import dev.satchel.api.SecretUseItem;
import dev.satchel.api.WorkloadDetail;
import dev.satchel.api.WorkloadItem;
import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.Place;
import dev.satchel.core.volume.BucketMount;
import dev.satchel.core.volume.VolumeMount;
import dev.satchel.core.workload.Attempt;
import dev.satchel.core.workload.ContainerSpec;
import dev.satchel.core.workload.Placement;
import dev.satchel.core.workload.Plan;
import dev.satchel.core.workload.SecretUse;
import dev.satchel.core.workload.Workload;
import dev.satchel.core.workload.WorkloadSpec;
import dev.satchel.core.workload.WorkloadStore;
import dev.satchel.core.workload.Workloads;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is told of workloads. */
final class WorkloadAnswers {
  private WorkloadAnswers() {}

  static WorkloadItem item(WorkloadStore.Listed listed) {
    Workload workload = listed.workload();
    Attempt attempt = listed.attempt();
    WorkloadSpec spec = workload.spec();
    return new WorkloadItem(
        workload.id(),
        spec.kind(),
        spec.name(),
        workload.state().word(),
        attempt.reason(),
        attempt.exitCode(),
        spec.engine(),
        nameOrNull(spec.credentials()),
        spec.container() == null ? null : spec.container().image(),
        spec.command(),
        spec.secrets().stream().map(use -> use.name().value()).distinct().toList(),
        attempt.id().number(),
        workload.createdAt(),
        attempt.startedAt(),
        workload.endedAt());
  }

  static WorkloadDetail detail(Workloads.Detail detail) {
    Workload workload = detail.workload();
    Attempt current = detail.current();
    WorkloadSpec spec = workload.spec();
    Placement placedOn = current.placedOn();
    return new WorkloadDetail(
        workload.id(),
        spec.kind(),
        spec.name(),
        workload.state().word(),
        current.cause() == null ? null : current.cause().name(),
        current.reason(),
        current.exitCode(),
        spec.engine(),
        nameOrNull(spec.credentials()),
        placedOn == null ? null : placedOn.isolation(),
        container(spec.container()),
        spec.command(),
        spec.workingDirectory(),
        current.env(),
        uses(detail),
        mounts(spec),
        detail.unchecked(),
        spec.retries(),
        workload.retriesUsed(),
        spec.spot(),
        spec.timeout() == null ? null : spec.timeout().toSeconds(),
        workload.terminateRequested(),
        current.id().number(),
        workload.createdAt(),
        current.startedAt(),
        workload.endedAt(),
        workload.nextTryAt(),
        detail.attempts().stream().map(WorkloadAnswers::attempt).toList());
  }

  static PlanDetail plan(Plan plan) {
    List<PlanDetail.Variable> variables = new ArrayList<>();
    List<PlanDetail.PlannedFile> files = new ArrayList<>();
    plan.origins()
        .forEach(
            (place, origin) -> {
              List<String> overrides =
                  origin.overridden().stream().map(WorkloadAnswers::from).toList();
              BundleName bundle = origin.bundle();
              String from = bundle == null ? "env" : from(bundle);
              switch (place) {
                case Place.Env env ->
                    variables.add(
                        new PlanDetail.Variable(
                            env.location(),
                            from,
                            bundle == null ? plan.spec().env().get(env.location()) : null,
                            overrides));
                case Place.File file ->
                    files.add(new PlanDetail.PlannedFile(file.location(), from, overrides));
              }
            });
    return new PlanDetail(
        plan.spec().engine(),
        nameOrNull(plan.spec().credentials()),
        nameOrNull(plan.access().runsOn()),
        nameOrNull(plan.access().login()),
        plan.isolation(),
        container(plan.spec().container()),
        plan.spec().command(),
        plan.spec().workingDirectory(),
        variables,
        files,
        secrets(plan),
        mounts(plan.spec()),
        plan.problems());
  }

  private static @Nullable String nameOrNull(@Nullable CredentialName name) {
    return name == null ? null : name.value();
  }

  private static @Nullable ContainerItem container(@Nullable ContainerSpec container) {
    return container == null
        ? null
        : new ContainerItem(
            container.image(),
            container.user(),
            container.cpus(),
            container.memoryMib(),
            container.gpu(),
            container.ports());
  }

  private static List<PlanDetail.PlannedSecret> secrets(Plan plan) {
    List<PlanDetail.PlannedSecret> secrets = new ArrayList<>();
    plan.bundles()
        .forEach(
            (bundle, places) ->
                secrets.add(
                    new PlanDetail.PlannedSecret(
                        bundle.name().value(),
                        bundle.revision(),
                        places.stream().map(SecretRoutes::item).toList())));
    return secrets;
  }

  private static BucketItem bucket(BucketMount mount) {
    Bucket bucket = mount.bucket();
    return new BucketItem(
        bucket.name(),
        bucket.endpoint(),
        bucket.region(),
        bucket.prefix().isEmpty() ? null : bucket.prefix(),
        bucket.forcePathStyle(),
        mount.accessKey().toString(),
        mount.secretKey().toString());
  }

  private static List<MountItem> mounts(WorkloadSpec spec) {
    return spec.mounts().stream()
        .map(
            mount ->
                switch (mount) {
                  case VolumeMount volume ->
                      MountItem.ofVolume(
                          volume.volume().value(),
                          String.valueOf(volume.path()), // Known to each spec kept or planned.
                          volume.readOnly(),
                          volume.subdirectory().isEmpty() ? null : volume.subdirectory(),
                          volume.sync());
                  case BucketMount bucket ->
                      MountItem.ofBucket(bucket(bucket), bucket.path(), bucket.readOnly());
                })
        .toList();
  }

  private static String from(BundleName bundle) {
    return "secret " + bundle;
  }

  /** A run's collection is among them, by its whole name. */
  private static List<SecretUseItem> uses(Workloads.Detail detail) {
    Workloads.UsedCollection used = detail.collection();
    if (used == null) {
      return detail.secrets().stream().map(WorkloadAnswers::use).toList();
    }
    return List.of(
        new SecretUseItem(
            used.name().toString(),
            used.opened() == null ? null : used.opened().bundleId(),
            used.opened() == null ? null : used.opened().revision(),
            used.current() == null ? null : used.current().revision(),
            used.isStale(),
            null,
            null));
  }

  private static SecretUseItem use(Workloads.Used used) {
    SecretUse use = used.use();
    Place as = use.as();
    return new SecretUseItem(
        use.name().value(),
        used.opened() == null ? null : used.opened().bundleId(),
        used.opened() == null ? null : used.opened().revision(),
        used.current() == null ? null : used.current().revision(),
        used.isStale(),
        as instanceof Place.Env env ? env.location() : null,
        as instanceof Place.File file ? file.location() : null);
  }

  private static AttemptItem attempt(Attempt attempt) {
    return new AttemptItem(
        attempt.id().number(),
        attempt.id().toString(),
        attempt.state().word(),
        attempt.cause() == null ? null : attempt.cause().name(),
        attempt.reason(),
        attempt.exitCode(),
        attempt.createdAt(),
        attempt.startedAt(),
        attempt.endedAt());
  }
}
