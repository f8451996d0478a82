package dev.satchel.sdk;

import dev.satchel.api.Paths;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A job that is to be submitted. Handed to the function that a call takes, and of use within it
 * only; not thread-safe. What the server cannot carry out it refuses with {@link Unsupported}; it
 * ignores nothing.
 */
public final class Submission {
  /** So that a method does there what it does here, whatever the machine's own settings are. */
  private static final List<String> DEFAULT_JAVA_OPTIONS =
      List.of(
          "-Dfile.encoding=UTF-8",
          "-Dstdout.encoding=UTF-8", // Since Java 19 not that of files.
          "-Dstderr.encoding=UTF-8",
          "-Duser.timezone=" + ZoneId.systemDefault().getId());

  private final Map<String, Object> body = new LinkedHashMap<>();
  private final Map<String, String> env = new LinkedHashMap<>();
  private final Map<String, Object> resources = new LinkedHashMap<>();
  private final List<Object> secrets = new ArrayList<>();
  private final List<Object> mounts = new ArrayList<>();
  private final List<String> javaOptions = new ArrayList<>();
  private @Nullable String key; // Null for one that is made for this submit.

  Submission() {
    body.put("kind", "job");
  }

  /**
   * A name for people, which need not be unique.
   *
   * @param name letters, digits, {@code . _ -}
   * @return this
   */
  public Submission name(String name) {
    return set("name", name);
  }

  /**
   * The container image.
   *
   * @param reference such as {@code ghcr.io/me/train:latest}
   * @return this
   */
  public Submission image(String reference) {
    return set("image", reference);
  }

  /**
   * The program and its arguments; no shell unless it is one.
   *
   * @param words at least one
   * @return this
   */
  public Submission command(String... words) {
    return command(List.of(words));
  }

  /**
   * The program and its arguments; no shell unless it is one.
   *
   * @param words at least one
   * @return this
   */
  public Submission command(List<String> words) {
    return set("command", List.copyOf(words));
  }

  /**
   * Where it runs; a fresh directory for each attempt where this is not called.
   *
   * @param path absolute
   * @return this
   */
  public Submission workingDirectory(String path) {
    return set("working_directory", path);
  }

  /**
   * A visible variable, which wins over every bundle. Whoever may see the job sees it.
   *
   * @param name of the variable
   * @param value its text
   * @return this
   */
  public Submission env(String name, String value) {
    env.put(name, value);
    return this;
  }

  /**
   * Visible variables, as {@link #env(String, String)}.
   *
   * @param variables by name
   * @return this
   */
  public Submission env(Map<String, String> variables) {
    env.putAll(variables);
    return this;
  }

  /**
   * Bundles that the job is given; a later one wins over an earlier one.
   *
   * @param names of bundles
   * @return this
   */
  public Submission secrets(String... names) {
    secrets.addAll(List.of(names));
    return this;
  }

  /**
   * Bundles that the job is given, as {@link #secrets(String...)}.
   *
   * @param handles of bundles
   * @return this
   */
  public Submission secrets(Secret... handles) {
    for (Secret handle : handles) {
      secrets.add(handle.reference());
    }
    return this;
  }

  /**
   * A bundle that the job is given under another name, or as a file, or only if it has what is
   * needed.
   *
   * @param name of the bundle
   * @param how is given what to fill
   * @return this
   */
  public Submission secret(String name, Consumer<SecretReference> how) {
    SecretReference reference = new SecretReference(name);
    how.accept(reference);
    secrets.add(reference.members());
    return this;
  }

  /**
   * Volumes that it mounts, each at the path of its handle, else at the volume's own.
   *
   * @param handles of volumes
   * @return this
   */
  public Submission volumes(Volume... handles) {
    for (Volume handle : handles) {
      mounts.add(handle.reference());
    }
    return this;
  }

  /**
   * Buckets of others that it mounts.
   *
   * @param buckets each with its path
   * @return this
   */
  public Submission buckets(CloudBucketMount... buckets) {
    for (CloudBucketMount bucket : buckets) {
      mounts.add(bucket.reference());
    }
    return this;
  }

  /**
   * Which engine runs it; the server chooses where this is not called.
   *
   * @param name such as {@code process} or {@code docker}
   * @return this
   */
  public Submission engine(String name) {
    return set("engine", name);
  }

  /**
   * The account or engine that it runs on; the server's own where this is not called.
   *
   * @param name of a credential of the kind {@code cloud} or {@code docker}
   * @return this
   */
  public Submission credentials(String name) {
    return set("credentials", name);
  }

  /**
   * The kind of machine asked for.
   *
   * @param label such as {@code g6e.xlarge}
   * @return this
   */
  public Submission vmType(String label) {
    return set("vm_type", label);
  }

  /**
   * The region asked for.
   *
   * @param label of a region
   * @return this
   */
  public Submission geolocation(String label) {
    return set("geolocation", label);
  }

  /**
   * GPUs.
   *
   * @param kindAndCount such as {@code h100:8}
   * @return this
   */
  public Submission gpu(String kindAndCount) {
    return set("gpu", kindAndCount);
  }

  /**
   * Lets it run where it may be preempted; a lost attempt is then recovered without costing a
   * retry.
   *
   * @return this
   */
  public Submission spot() {
    return set("spot", true);
  }

  /**
   * Ports of the job that are to be reachable.
   *
   * @param numbers of the ports
   * @return this
   */
  public Submission ports(int... numbers) {
    return set("ports", IntStream.of(numbers).boxed().toList());
  }

  /**
   * Processors.
   *
   * @param count may be a fraction
   * @return this
   */
  public Submission cpus(double count) {
    resources.put("cpus", count);
    return this;
  }

  /**
   * Memory.
   *
   * @param mebibytes of 1,048,576 bytes
   * @return this
   */
  public Submission memoryMib(long mebibytes) {
    resources.put("memory_mib", mebibytes);
    return this;
  }

  /**
   * How long one attempt may run.
   *
   * @param limit in whole seconds; a part of one counts as one
   * @return this
   */
  public Submission timeout(Duration limit) {
    return set("timeout_s", limit.plusNanos(999_999_999).toSeconds());
  }

  /**
   * How often it is tried again after an attempt went wrong.
   *
   * @param most from 0
   * @return this
   */
  public Submission retries(int most) {
    return set("retries", most);
  }

  /**
   * Options of the JVM that runs methods of an {@link App}; of no other submit.
   *
   * @param options such as {@code -Xmx1g}
   * @return this
   */
  public Submission javaOptions(String... options) {
    javaOptions.addAll(List.of(options));
    return this;
  }

  /**
   * Makes this submit the same one wherever it is sent from, for 24 hours: a process that begins
   * anew and submits again under the key is given the job that there is already. Without this, each
   * call is a submit of its own, however often the client has to send it.
   *
   * @param unique 1 to 128 printable ASCII characters without spaces
   * @return this
   * @throws IllegalArgumentException where it is anything else
   */
  public Submission idempotencyKey(String unique) {
    if (!unique.matches("[!-~]{1,128}")) {
      throw new IllegalArgumentException(
          "An idempotency key is 1 to 128 printable ASCII characters without spaces.");
    }
    key = unique;
    return this;
  }

  private Submission set(String member, Object value) {
    body.put(member, value);
    return this;
  }

  private Map<String, Object> body() {
    Map<String, Object> whole = new LinkedHashMap<>(body);
    if (!env.isEmpty()) {
      whole.put("env", env);
    }
    if (!secrets.isEmpty()) {
      whole.put("secrets", secrets);
    }
    if (!mounts.isEmpty()) {
      whole.put("mounts", mounts);
    }
    if (!resources.isEmpty()) {
      whole.put("resources", resources);
    }
    return whole;
  }

  /**
   * As a call of a Java method, or an object of Java.
   *
   * @param java what its JVM runs, without the options that were said here
   */
  Call java(String kind, Map<String, Object> java) {
    Map<String, Object> whole = body();
    Map<String, Object> call = new LinkedHashMap<>(java);
    List<String> options = new ArrayList<>(DEFAULT_JAVA_OPTIONS);
    options.addAll(javaOptions);
    call.put("options", options);
    whole.put("kind", kind);
    whole.put("java", call);
    return Call.post(Paths.WORKLOADS, whole).keyed(key);
  }

  /** As what lasts until it is ended: {@code service} or {@code sandbox}. */
  Submission kind(String word) {
    return set("kind", word);
  }

  Call submit() {
    if (!javaOptions.isEmpty()) {
      throw new Invalid(
          "javaOptions are of methods of an App alone; a job's are in its command.", null);
    }
    return Call.post(Paths.WORKLOADS, body()).keyed(key);
  }

  Call plan() {
    return Call.post(Paths.PLANS, body());
  }

  @Override
  public String
      toString() { // Commands and visible variables hold secrets more often than they should.
    return "Submission" + body.keySet();
  }
}
