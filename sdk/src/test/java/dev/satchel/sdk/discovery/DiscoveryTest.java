package dev.satchel.sdk.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.sdk.discovery.DiscoveryException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiscoveryTest {
  private static final String LOCAL = "http://127.0.0.1:4711";

  @TempDir Path home;
  private final Map<String, String> variables = new HashMap<>();
  private Path data = Path.of("/");

  @BeforeEach
  void dataDirectory() throws IOException {
    data = home.resolve(".satchel");
    Files.createDirectory(data);
    mode(data, "rwx------");
    write("admin.token", "sat_local\n");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(data.resolve(name), text);
    mode(data.resolve(name), "rw-------");
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private void serverRuns() throws IOException {
    server(ProcessHandle.current().pid(), started());
  }

  private static long started() {
    return ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
  }

  private void server(long pid, long started) throws IOException {
    write(
        "server.json",
        "{\"url\":\"%s\",\"pid\":%d,\"pid_started\":\"%d\",\"version\":\"1\"}"
            .formatted(LOCAL, pid, started));
  }

  private Target target() {
    return new Discovery(variables, home, home, null, null).target();
  }

  private void assertNotBelieved(String reason) {
    assertThatThrownBy(this::target)
        .isInstanceOfSatisfying(
            DiscoveryException.class,
            refused -> assertThat(refused.kind()).isEqualTo(Kind.NO_SERVER))
        .hasMessageContaining(reason);
  }

  @Test
  void theServerOfThisMachineIsFoundByItsDataDirectory() throws IOException {
    serverRuns();
    assertThat(target().url()).isEqualTo(LOCAL);
    assertThat(target().token()).isEqualTo("sat_local");
    assertThat(target().ofThisMachine()).isTrue();
  }

  @Test
  void aServerThatHasEndedIsNotBelieved() throws IOException {
    server(4_194_000, started());
    assertNotBelieved("has ended");
  }

  @Test
  void anotherProcessUnderTheServersOldNumberIsNotBelieved() throws IOException {
    server(ProcessHandle.current().pid(), started() - 60_000);
    assertNotBelieved("has ended");
  }

  @Test
  void aFileThatOthersMayWriteIsNotBelieved() throws IOException {
    serverRuns();
    mode(data.resolve("server.json"), "rw-rw-rw-");
    assertNotBelieved("may be written by others");
  }

  @Test
  void aDirectoryThatOthersMayWriteIsNotBelieved() throws IOException {
    serverRuns();
    mode(data, "rwxrwxrwx");
    assertNotBelieved("may be written by others");
  }

  @Test
  void aLinkIsNotBelieved() throws IOException {
    serverRuns();
    Files.move(data.resolve("server.json"), home.resolve("elsewhere"));
    Files.createSymbolicLink(data.resolve("server.json"), home.resolve("elsewhere"));
    assertNotBelieved("symbolic link");
  }

  @Test
  void withoutAnyServerTheMessageSaysHowToStartOne() {
    assertThatThrownBy(this::target)
        .isInstanceOfSatisfying(
            DiscoveryException.class,
            refused ->
                assertThat(refused.hints()).anyMatch(hint -> hint.contains("satchel serve")));
  }

  @Test
  void theLocalTokenIsNeverSentToAServerThatWasOnlyNamed() throws IOException {
    serverRuns();
    variables.put("SATCHEL_URL", "http://127.0.0.1:4712");
    assertThatThrownBy(this::target)
        .isInstanceOfSatisfying(
            DiscoveryException.class,
            refused -> assertThat(refused.kind()).isEqualTo(Kind.NO_TOKEN))
        .hasMessageContaining("No token is known for http://127.0.0.1:4712");
  }

  @Test
  void theLocalServerMayBeNamedToo() throws IOException {
    serverRuns();
    variables.put("SATCHEL_URL", LOCAL + "/");
    assertThat(target().token()).isEqualTo("sat_local");
  }

  @Test
  void variablesComeFirstAndAFileMayHoldTheToken() throws IOException {
    serverRuns();
    variables.put("SATCHEL_URL", "https://far.example");
    variables.put("SATCHEL_TOKEN", "sat_given");
    assertThat(target())
        .extracting(Target::url, Target::token, Target::ofThisMachine)
        .containsExactly("https://far.example", "sat_given", false);
    Files.writeString(home.resolve("t"), "sat_filed\n");
    variables.put("SATCHEL_TOKEN", "");
    variables.put("SATCHEL_TOKEN_FILE", "t");
    assertThat(target().token()).isEqualTo("sat_filed");
    assertThat(target().tokenFrom()).contains("SATCHEL_TOKEN_FILE");
  }

  @Test
  void aLoginComesBeforeTheDataDirectoryUnlessThatIsNamed() throws IOException {
    serverRuns();
    Logins logins = new Logins(home.resolve(".config"));
    logins.keep("https://far.example", "sat_login", null);
    assertThat(target())
        .extracting(Target::url, Target::token)
        .containsExactly("https://far.example", "sat_login");
    variables.put("SATCHEL_DATA", data.toString());
    assertThat(target().url()).isEqualTo(LOCAL);
  }

  @Test
  void aLoginsTokenGoesToItsOwnServerOnly() throws IOException {
    Logins logins = new Logins(home.resolve(".config"));
    logins.keep("https://one.example", "sat_one", null);
    logins.keep("https://two.example", "sat_two", null);
    variables.put("SATCHEL_URL", "https://one.example");
    assertThat(target().token()).isEqualTo("sat_one");
    variables.put("SATCHEL_URL", "https://three.example");
    assertThatThrownBy(this::target).hasMessageContaining("No token is known");
  }

  @Test
  void loginsAreKeptForTheirOwnerOnly() throws IOException {
    Logins logins = new Logins(home.resolve(".config"));
    logins.keep("https://one.example", "sat_one", null);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(logins.file())))
        .isEqualTo("rw-------");
  }

  @Test
  void theCertificateOfThisMachinesServerGoesBeforeTheAuthorityThatIsNamedAndThatBeforeTheLogins()
      throws IOException {
    write(
        "server.json",
        "{\"url\":\"%s\",\"pid\":%d,\"pid_started\":\"%d\",\"certificate_sha256\":\"00\"}"
            .formatted("https://own.example", ProcessHandle.current().pid(), started()));
    new Logins(home.resolve(".config"))
        .keep("https://far.example", "sat_login", home.resolve("login.pem"));
    assertThat(trust("https://far.example").authorities()).isEqualTo(home.resolve("login.pem"));
    assertThat(trust("https://other.example")).isSameAs(Trust.USUAL);
    variables.put("SATCHEL_CA_CERT", "named.pem");
    assertThat(trust("https://far.example").authorities()).isEqualTo(home.resolve("named.pem"));
    assertThat(trust("https://own.example").authorities()).isNull();
    assertThat(trust("https://own.example")).isNotSameAs(Trust.USUAL);
    assertThat(trust("http://far.example")).isSameAs(Trust.USUAL);
  }

  private Trust trust(String url) {
    return new Discovery(variables, home, home, null, null).trust(url);
  }

  @Test
  void aTargetNeverPrintsItsToken() throws IOException {
    serverRuns();
    assertThat(target().toString()).doesNotContain("sat_local");
  }
}
