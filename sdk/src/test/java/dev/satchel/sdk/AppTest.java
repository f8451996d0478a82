package dev.satchel.sdk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.satchel.sdk.Remotely.Job;
import dev.satchel.sdk.Remotely.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Methods of this program that run elsewhere, against a real server. */
final class AppTest extends AppOnServer {
  private static final String ZONE = "Asia/Kathmandu";

  AppTest() {
    super("nightly");
  }

  @BeforeAll
  void keepSecrets() {
    satchel.createSecret("hf", Map.of("HF_TOKEN", "hf_1234567890"));
    satchel.createSecret("other", Map.of("HF_TOKEN", "hf_other12345"));
  }

  @Test
  void aMethodRunsElsewhereWithItsSecretsAndItsLogIsMasked() throws Exception {
    RemoteFunction<Job, Report> train =
        app.function(Remotely::train, f -> f.secrets("hf").env("LR", "0.01"));
    Job job = new Job("a", List.of(1, 2, 3));
    assertThat(train.remote(job))
        .isEqualTo(train.local(job))
        .isEqualTo(new Report("a", 6, Map.of("end", 0.6)));
    RemoteCall<Report> call = train.spawn(job);
    assertThat(train.call(call.id()).get().sum()).isEqualTo(6);
    assertThat(call.workload().status().name()).isEqualTo("nightly.train");
    assertThat(call.workload().status().kind()).isEqualTo("function");
    try (Stream<String> lines = call.workload().logs().lines()) {
      assertThat(lines).contains("training a").doesNotContain("hf_1234567890");
    }
  }

  @Test
  void aSecretThatAMethodHasIsInNoFileOfTheServer() throws Exception {
    String value = "hf_" + System.nanoTime(); // No constant: those are in the jars.
    satchel.createSecret("swept", Map.of("HF_TOKEN", value));
    RemoteFunction<Job, Report> train =
        app.function(Remotely::train, f -> f.secrets("swept").env("LR", "0.01"));
    assertThat(train.remote(new Job("argument-to-be-found", List.of(1, 2))).sum()).isEqualTo(3);
    assertThat(filesWith("argument-to-be-found")).anyMatch(file -> file.contains("/calls/"));
    assertThat(filesWith(value)).isEmpty();
  }

  private List<String> filesWith(String text) throws IOException {
    Process grep =
        new ProcessBuilder("grep", "-rlasF", "--", text, server.data().toString()).start();
    try (var lines = grep.inputReader()) {
      return lines.lines().toList();
    }
  }

  @Test
  void whatIsNeededIsDeclaredAndLaidOverForOneCall() {
    RemoteFunction<String, String> variable =
        app.function(Remotely::variable, f -> f.secrets("hf").env("LR", "0.01"));
    assertThat(variable.remote("HF_TOKEN")).isEqualTo("hf_1234567890"); // Its own data: not masked.
    assertThat(variable.submit("HF_TOKEN", s -> s.secrets("other")).get())
        .isEqualTo("hf_other12345");
    assertThat(variable.submit("LR", s -> s.env("LR", "0.02")).get()).isEqualTo("0.02");
    assertThat(variable.remote("LR")).isEqualTo("0.01");
    assertThat(
            app.function(Remotely::secretFile, f -> f.secret("hf", s -> s.asFile("token")))
                .remote("token"))
        .isEqualTo("hf_1234567890");
    assertThatThrownBy(() -> variable.submit("LR", s -> s.secrets("none")))
        .isInstanceOfSatisfying(NotFound.class, no -> assertThat(no.name()).isEqualTo("none"));
  }

  @Test
  void methodsOfNoneAndTwoArgumentsRunToo() {
    assertThat(app.function(Remotely::add).remote(2, 3)).isEqualTo(5);
    assertThat(app.function(Remotely::where, f -> f.javaOptions("-Xmx64m")).remote())
        .endsWith(" 25");
  }

  /** That of this JVM and of the server's machine are one, so the caller is another. */
  @Test
  void theTimeZoneIsTheCallers() throws Exception {
    String zone = ZoneId.systemDefault().getId().equals(ZONE) ? "Asia/Tokyo" : ZONE;
    ProcessBuilder caller =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Duser.timezone=" + zone,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            ZoneCaller.class.getName());
    caller.environment().put("SATCHEL_URL", server.url());
    caller.environment().put("SATCHEL_TOKEN", server.token());
    Process process = caller.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo(zone + " 25");
    } finally {
      process.destroy();
    }
  }

  @Test
  void textsOfAnyScriptGoInAndOutAndIntoTheLog() {
    String text = "Grüße, 東京 \uD83D\uDE00 ž";
    RemoteCall<String> call = app.function(Remotely::said, f -> f.env("LANG", "C")).spawn(text);
    assertThat(call.get()).isEqualTo(text);
    try (LogStream logs = call.workload().logs()) {
      assertThat(logs.lines()).containsExactly(text, text);
    }
  }

  @Test
  void whichOneOfSeveralMethodsOfAName_isToldByItsTypes() {
    RemoteFunction<String, String> text = app.function(Remotely::twice);
    RemoteFunction<Integer, Long> number = app.function(Remotely::twice);
    RemoteFunction<List<Integer>, List<Integer>> numbers = app.function(Remotely::twice);
    assertThat(text.remote("ab")).isEqualTo("abab");
    assertThat(number.remote(Integer.MAX_VALUE)).isEqualTo(4_294_967_294L);
    assertThat(numbers.remote(List.of(1, 2))).containsExactly(2, 4);
  }

  @Test
  void aStaticInitialiserThatThrowsSaysWhy() {
    assertThatThrownBy(() -> app.function(Remotely.Spoilt::number).remote(1))
        .isInstanceOf(RemoteFailure.class)
        .hasMessage("java.lang.ExceptionInInitializerError")
        .cause()
        .isInstanceOf(RemoteFailure.class)
        .hasMessage("java.lang.IllegalStateException: no model here");
  }

  @Test
  void whatAMethodWritesToAVolumeIsThereForTheNext() {
    RemoteFunction<String, String> keep =
        app.function(Remotely::keep, f -> f.volumes(Volume.cloud("of-a-function", Remotely.KEPT)));
    assertThat(keep.remote("one,")).isEqualTo("one,");
    assertThat(keep.remote("two")).isEqualTo("one,two");
    assertThat(satchel.volumes().files("of-a-function").read("file"))
        .asString()
        .isEqualTo("one,two");
  }

  @Test
  void whatItThrowsIsRebuilt() {
    RemoteFailure failure =
        catchThrowableOfType(
            RemoteFailure.class, () -> app.function(Remotely::fail).remote("no room"));
    assertThat(failure).hasMessage("java.io.IOException: no room");
    assertThat(failure.thrownClass()).isEqualTo(IOException.class.getName());
    assertThat(failure.thrownMessage()).isEqualTo("no room");
    assertThat(failure.frames()).hasSize(1);
    assertThat(failure.getStackTrace()[0].getMethodName()).isEqualTo("fail");
    assertThat(failure.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("whatItThrowsIsRebuilt"));
    assertThat(failure.getCause())
        .isInstanceOf(RemoteFailure.class)
        .hasMessage("java.lang.IllegalArgumentException: beneath no room");
    assertThatThrownBy(() -> app.function(Remotely::add).remote(Integer.MAX_VALUE, 1))
        .hasMessage("java.lang.ArithmeticException: integer overflow");
  }

  @Test
  void whatEndsWithoutAnAnswerSaysSo() {
    assertThatThrownBy(() -> app.function(Remotely::exit).remote(3))
        .isInstanceOf(RemoteFailure.class)
        .hasMessageContaining("without an answer")
        .hasMessageContaining("code 3")
        .hasMessageContaining("satchel logs");
    assertThatThrownBy(() -> app.function(Remotely::exit).remote(0))
        .isInstanceOf(RemoteFailure.class)
        .hasMessageContaining("without an answer");
  }

  @Test
  void aCallIsCancelledAndItsTimeIsKept() {
    RemoteCall<String> call = app.function(Remotely::sleep).spawn(300);
    assertThatThrownBy(() -> call.get(Duration.ofSeconds(1))).isInstanceOf(TimedOut.class);
    call.cancel();
    assertThatThrownBy(call::get).isInstanceOf(Cancelled.class);
    assertThat(call.workload().status().state()).isEqualTo("terminated");
    assertThatThrownBy(
            () -> app.function(Remotely::sleep, f -> f.timeout(Duration.ofSeconds(1))).remote(300))
        .isInstanceOf(TimedOut.class)
        .hasMessageContaining("longer than it may");
  }

  @Test
  void anInterruptedCallerEndsItsCall() throws Exception {
    RemoteFunction<Integer, String> sleep = app.function(Remotely::sleep, f -> f.name("orphan"));
    Thread caller =
        new Thread(() -> assertThatThrownBy(() -> sleep.remote(300)).isInstanceOf(Cancelled.class));
    caller.start();
    String id = "";
    while (id.isEmpty()) {
      id =
          satchel.workloads("running").stream()
              .filter(item -> "orphan".equals(item.name()))
              .map(item -> item.id())
              .findFirst()
              .orElse("");
      RunningServer.pause(50);
    }
    caller.interrupt();
    caller.join();
    assertThat(satchel.workload(id).await(Duration.ofSeconds(60)).state()).isEqualTo("terminated");
  }

  @Test
  void aCallOutlivesTheServerThatBeganIt(@TempDir Path directory) throws Exception {
    try (RunningServer other = new RunningServer(directory);
        Satchel client = other.client().build()) {
      RemoteCall<String> call = client.app("night").function(Remotely::sleep).spawn(4);
      while (!call.workload().status().state().equals("running")) {
        RunningServer.pause(20);
      }
      var waiting = call.getAsync();
      other.kill();
      other.start();
      assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo("slept");
    }
  }

  @Test
  void noArgumentIsInAProcessListOrAnEnvironment() throws Exception {
    String planted = "planted" + 7_402_913;
    RemoteCall<String> call = app.function(Remotely::sleepWith).spawn(planted, 300);
    try (LogStream logs = call.workload().logs()) {
      assertThat(logs.lines().findFirst()).contains("asleep");
    }
    List<Path> seen = new ArrayList<>();
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        for (String file : List.of("cmdline", "environ")) {
          try {
            if (Files.readString(process.resolve(file), ISO_8859_1).contains(planted)) {
              seen.add(process);
            }
          } catch (IOException e) { // It has gone, or is somebody else's.
          }
        }
      }
    }
    call.cancel();
    assertThat(seen).isEmpty();
    assertThatThrownBy(call::get).isInstanceOf(Cancelled.class);
  }

  @Test
  void aTokenThatIsNoAdminsCallsWhatItMayUse() {
    var created = satchel.tokens().create("calls", t -> t.roles("runner").uses("hf"));
    try (Satchel runner = Satchel.builder().url(server.url()).token(created.token()).build()) {
      App own = runner.app("own");
      RemoteCall<String> call =
          own.function(Remotely::variable, f -> f.secrets("hf")).spawn("HF_TOKEN");
      assertThat(call.get()).isEqualTo("hf_1234567890");
      assertThatThrownBy(
              () -> own.function(Remotely::variable, f -> f.secrets("other")).remote("HF_TOKEN"))
          .isInstanceOf(Forbidden.class);
      RemoteCall<String> admins = app.function(Remotely::variable).spawn("PATH");
      assertThatThrownBy(() -> own.function(Remotely::variable).call(admins.id()).get())
          .isInstanceOf(Forbidden.class);
      assertThat(admins.get()).isNotEmpty();
    }
  }

  @Test
  void aRetryAnswersForTheAttemptBefore(@TempDir Path directory) {
    RemoteFunction<String, Integer> attempts = app.function(Remotely::attempts, f -> f.retries(1));
    assertThat(attempts.remote(directory.toString())).isEqualTo(2);
  }

  @Test
  void manyRunAtOnceAndAnswerInTheirOrder() {
    int many = Boolean.getBoolean("satchel.long") ? 300 : 24; // Each is a JVM.
    List<Integer> numbers = IntStream.range(0, many).boxed().toList();
    assertThat(app.function(Remotely::square).map(numbers))
        .isEqualTo(numbers.stream().map(number -> number * number).toList());
  }

  @Test
  void theFirstOfManyThatFailsEndsTheOthers() {
    RemoteFunction<Integer, String> sleep =
        app.function(Remotely::sleepUnlessNegative, f -> f.name("of-many"));
    long begun = System.nanoTime();
    assertThatThrownBy(() -> sleep.map(List.of(300, 300, -1)))
        .isInstanceOf(RemoteFailure.class)
        .hasMessageContaining("negative");
    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(200));
    List<String> others =
        satchel.workloads().stream()
            .filter(item -> "of-many".equals(item.name()))
            .map(item -> item.id())
            .toList();
    assertThat(others).hasSize(3);
    assertThat(others)
        .map(id -> satchel.workload(id).await(Duration.ofSeconds(60)).state())
        .containsExactlyInAnyOrder("terminated", "terminated", "errored");
  }

  @Test
  void onlyJarsThatAreMissingAreSent() throws Exception {
    Path jars = server.data().resolve("jars").resolve("default");
    assertThat(app.function(Remotely::square).remote(3)).isEqualTo(9);
    Map<String, Object> before = times(jars);
    assertThat(satchel.app("another").function(Remotely::square).remote(4)).isEqualTo(16);
    assertThat(times(jars)).isEqualTo(before);
    Path one;
    try (var all = Files.list(jars)) {
      one = all.findFirst().orElseThrow();
    }
    Files.delete(one);
    assertThat(app.function(Remotely::square).remote(5)).isEqualTo(25);
    assertThat(times(jars).keySet()).isEqualTo(before.keySet());
  }

  @Test
  void aResubmissionWhoseJarHasGoneIsRefusedAndChangesNothing() throws Exception {
    RemoteCall<String> call = app.function(Remotely::sleep).spawn(300);
    while (!call.workload().status().state().equals("running")) {
      RunningServer.pause(20);
    }
    Path jars = server.data().resolve("jars").resolve("default");
    Path jar;
    try (var all = Files.list(jars)) {
      jar = all.findFirst().orElseThrow();
    }
    Path aside = Files.move(jar, server.data().resolve("aside"));
    assertThatThrownBy(() -> call.workload().resubmit())
        .isInstanceOfSatisfying(
            NotFound.class,
            no -> {
              assertThat(no.code()).isEqualTo("CODE_NOT_FOUND");
              assertThat(no.digests()).containsExactly(jar.getFileName().toString());
            });
    assertThat(call.workload().status().state()).isEqualTo("running");
    assertThat(call.workload().status().attempts()).hasSize(1);
    Files.move(aside, jar);
    assertThat(call.workload().resubmit().attempt()).isEqualTo(2);
    call.cancel();
  }

  /** By name, the inode: what is sent again is another file. */
  private static Map<String, Object> times(Path jars) throws IOException {
    Map<String, Object> inodes = new java.util.TreeMap<>();
    try (var all = Files.list(jars)) {
      for (Path each : all.toList()) {
        inodes.put(each.getFileName().toString(), Files.getAttribute(each, "unix:ino"));
      }
    }
    return inodes;
  }

  @Test
  void aMethodIsShownItsClassPathAndCannotChangeIt() throws Exception {
    RemoteCall<String> call = app.function(Remotely::vandalize).spawn("no jar");
    assertThat(call.get()).isEqualTo(".satchel/lib/0000.jar: Read-only file system");
    assertThat(server.data().resolve("calls").resolve(call.id()))
        .isDirectoryNotContaining("glob:**/lib");
  }

  @Test
  void aJarThatWasChangedOnTheServerIsNotRun() throws Exception {
    App own = satchel.app("own");
    assertThat(own.function(Remotely::square).remote(3)).isEqualTo(9);
    Path jars = server.data().resolve("jars").resolve("default");
    Path jar;
    try (var all = Files.list(jars)) {
      jar = all.findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(jar);
    bytes[bytes.length / 2] ^= 1;
    Files.write(jar, bytes);
    assertThatThrownBy(() -> own.function(Remotely::square).remote(3))
        .isInstanceOf(RemoteFailure.class)
        .hasMessageContaining("invalid")
        .hasMessageContaining("another digest");
    Files.delete(jar);
    assertThat(own.function(Remotely::square).remote(3)).isEqualTo(9);
  }
}
