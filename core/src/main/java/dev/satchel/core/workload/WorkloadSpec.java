package dev.satchel.core.workload;

import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.volume.BucketMount;
import dev.satchel.core.volume.MountRequest;
import dev.satchel.core.volume.VolumeMount;
import dev.satchel.core.volume.VolumeName;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a workload asks for, as it was submitted; no values but the visible ones of {@code env}.
 *
 * @param name for people; null where none was given
 * @param command empty for the image's own
 * @param workingDirectory absolute, in the container where there is an image; null for a fresh one
 *     per attempt, or the image's own
 * @param env visible variables, in the order they were given
 * @param secrets in order: a later one wins over an earlier
 * @param timeout of one attempt's run; null for none
 * @param retries how often it is tried again after errored or failed
 * @param spot whether a lost attempt is recovered without costing a retry
 * @param labels asked of the host, such as {@code vm_type}
 * @param credentials what it runs on: an account or an engine; null for the server's own
 * @param container what runs the command where it is in an image; null for the machine itself
 * @param run what makes it a run; null for a job
 * @param mounts volumes and buckets at places of the job
 * @param java what makes it a call of a Java method; null for all else
 * @param lasting what makes it last until it is told to end; null for what ends by itself
 */
public record WorkloadSpec(
    @Nullable String name,
    List<String> command,
    @Nullable String workingDirectory,
    Map<String, String> env,
    List<SecretUse> secrets,
    String engine,
    @Nullable Duration timeout,
    int retries,
    boolean spot,
    Map<String, String> labels,
    @Nullable CredentialName credentials,
    @Nullable ContainerSpec container,
    @Nullable RunSpec run,
    List<MountRequest> mounts,
    @Nullable JavaSpec java,
    @Nullable Lasting lasting) {
  /** What a workload may be. */
  public static final List<String> KINDS =
      List.of("job", "service", "sandbox", "run", "function", "cls");

  public WorkloadSpec {
    command = List.copyOf(command);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    secrets = List.copyOf(secrets);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    mounts = List.copyOf(mounts);
  }

  /** Of what is no call of a Java method. */
  public WorkloadSpec(
      @Nullable String name,
      List<String> command,
      @Nullable String workingDirectory,
      Map<String, String> env,
      List<SecretUse> secrets,
      String engine,
      @Nullable Duration timeout,
      int retries,
      boolean spot,
      Map<String, String> labels,
      @Nullable CredentialName credentials,
      @Nullable ContainerSpec container,
      @Nullable RunSpec run,
      List<MountRequest> mounts) {
    this(
        name,
        command,
        workingDirectory,
        env,
        secrets,
        engine,
        timeout,
        retries,
        spot,
        labels,
        credentials,
        container,
        run,
        mounts,
        null,
        null);
  }

  /** Of a job. */
  public WorkloadSpec(
      @Nullable String name,
      List<String> command,
      @Nullable String workingDirectory,
      Map<String, String> env,
      List<SecretUse> secrets,
      String engine,
      @Nullable Duration timeout,
      int retries,
      boolean spot,
      Map<String, String> labels,
      @Nullable CredentialName credentials,
      @Nullable ContainerSpec container) {
    this(
        name,
        command,
        workingDirectory,
        env,
        secrets,
        engine,
        timeout,
        retries,
        spot,
        labels,
        credentials,
        container,
        null,
        List.of());
  }

  /** The same with other mounts. */
  public WorkloadSpec withMounts(List<MountRequest> others) {
    return with(command, env, others, java, lasting);
  }

  /** The same as a call of a Java method, which this command begins. */
  public WorkloadSpec withJava(List<String> words, @Nullable JavaSpec call) {
    return with(words, env, mounts, call, lasting);
  }

  /** The same as a service or a sandbox. */
  public WorkloadSpec withLasting(Lasting what) {
    return with(command, env, mounts, java, what);
  }

  /** The same with other visible variables. */
  WorkloadSpec withEnv(Map<String, String> others) {
    return with(command, others, mounts, java, lasting);
  }

  /** The one copy: these may be others, all else never is. */
  private WorkloadSpec with(
      List<String> words,
      Map<String, String> variables,
      List<MountRequest> mounted,
      @Nullable JavaSpec call,
      @Nullable Lasting what) {
    return new WorkloadSpec(
        name,
        words,
        workingDirectory,
        variables,
        secrets,
        engine,
        timeout,
        retries,
        spot,
        labels,
        credentials,
        container,
        run,
        mounted,
        call,
        what);
  }

  /** Those of its mounts that are volumes, in their order. */
  public List<VolumeMount> volumeMounts() {
    return mounts.stream()
        .filter(VolumeMount.class::isInstance)
        .map(VolumeMount.class::cast)
        .toList();
  }

  /** Those of its mounts that are buckets, in their order. */
  public List<BucketMount> bucketMounts() {
    return mounts.stream()
        .filter(BucketMount.class::isInstance)
        .map(BucketMount.class::cast)
        .toList();
  }

  /** The names of the volumes, each once. */
  public List<VolumeName> volumeNames() {
    return volumeMounts().stream().map(VolumeMount::volume).distinct().sorted().toList();
  }

  /** Where a workload runs that does not say so: with an image on Docker, else as a process. */
  public static String defaultEngine(@Nullable ContainerSpec container) {
    return container == null ? "process" : "docker";
  }

  /**
   * What it is: {@code job}, {@code service}, {@code sandbox}, {@code run} of an application, or
   * {@code function} or {@code cls} of Java.
   */
  public String kind() {
    if (lasting != null) {
      return lasting.word();
    }
    if (java != null) {
      return java.served() ? "cls" : "function";
    }
    return run == null ? "job" : "run";
  }

  /** The names of the bundles that it uses, those with the keys of its buckets too, each once. */
  public List<BundleName> bundleNames() {
    Stream<BundleName> keys =
        bucketMounts().stream()
            .flatMap(mount -> Stream.of(mount.accessKey().bundle(), mount.secretKey().bundle()));
    return Stream.concat(secrets.stream().map(SecretUse::name), keys).distinct().sorted().toList();
  }

  /** The names of the bundles whose values it is given, each once. */
  List<BundleName> givenBundleNames() {
    return secrets.stream().map(SecretUse::name).distinct().sorted().toList();
  }
}
