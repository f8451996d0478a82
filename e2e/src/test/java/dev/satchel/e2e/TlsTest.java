package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.TestAuthority;
import dev.satchel.core.TestAuthority.Issued;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks HTTPS, and who speaks to it. */
final class TlsTest {
  private static final String NAMES = "DNS:localhost,DNS:satchel.test";

  private final TestAuthority authority;
  private final Issued issued;
  private final Installation satchel;
  private final Tls tls;

  TlsTest(@TempDir Path directory) {
    authority = new TestAuthority(directory);
    issued = authority.issue("server", NAMES);
    tls = Tls.trusting(authority);
    satchel = installation("tls");
  }

  private Installation installation(String name, String... more) {
    String[] options = Tls.options(issued);
    String[] all = java.util.Arrays.copyOf(options, options.length + more.length + 2);
    all[options.length] = "--host";
    all[options.length + 1] = "localhost";
    System.arraycopy(more, 0, all, options.length + 2, more.length);
    return new Installation(name, all).trustedBy(tls.client());
  }

  @BeforeEach
  void start() {
    satchel.start();
    assertThat(satchel.url()).startsWith("https://localhost:");
  }

  @AfterEach
  void stop() {
    satchel.close();
  }

  @Test
  void httpsOfBothVersionsIsSpokenAndNothingElse() {
    satchel.admin().put("kept", Map.of("K", Marker.value()));
    assertThat(satchel.send("GET", "/v1/secrets/kept", null).with(200).response().version())
        .isEqualTo(java.net.http.HttpClient.Version.HTTP_1_1);
    for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
      assertThat(tls.shown(satchel.url(), version).getSerialNumber()).isPositive();
    }
    Client plain = new Client(satchel.url().replace("https:", "http:"), satchel.token());
    Client.Answer refused = plain.send("GET", "/v1/secrets/kept", null);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().path("detail").asText()).contains("https://");
    HttpResponse<String> again = plain.send("PUT", "/v1/secrets/kept", Map.of()).response();
    assertThat(again.statusCode()).isEqualTo(400);
    assertThatThrownBy(() -> new Client(satchel.url(), satchel.token()).send("GET", "/", null))
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(SSLException.class);
  }

  @Test
  void theCommandLineOfThisMachineNeedsNothingMore() {
    satchel.satchel("secrets", "new", "kept", "K=" + Marker.value()).ok();
    assertThat(satchel.satchel("secrets", "list").ok().out()).contains("kept");
    Run doctor = satchel.satchel("doctor");
    assertThat(doctor.out()).containsPattern("ok +server +" + satchel.url());
    assertThat(satchel.satchel("run", "--", "echo", "said").ok().out()).contains("said");
  }

  @Test
  void elsewhereTheAuthorityIsNamedOrTheErrorSaysSo() {
    String url = satchel.url();
    Map<String, String> away =
        Map.of("SATCHEL_URL", url, "SATCHEL_TOKEN", satchel.token(), "SATCHEL_DATA", "none");
    Run unknown = satchel.satchel(new byte[0], away, "secrets", "list");
    assertThat(unknown.code()).isEqualTo(5);
    assertThat(unknown.err()).contains("authority that is not known here", "--ca-cert FILE");
    String file = authority.certificate().toString();
    satchel.satchel(new byte[0], away, "secrets", "list", "--ca-cert", file).ok();
    satchel.satchel(new byte[0], with(away, "SATCHEL_CA_CERT", file), "secrets", "list").ok();
    Run none =
        satchel.satchel(new byte[0], with(away, "SATCHEL_CA_CERT", "none.pem"), "secrets", "list");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("none.pem", "SATCHEL_CA_CERT");
    Map<String, String> trusting = with(away, "SATCHEL_CA_CERT", file);
    String byNumber = url.replace("localhost", "127.0.0.1");
    Run name = satchel.satchel(new byte[0], with(trusting, "SATCHEL_URL", byNumber), "list");
    assertThat(name.code()).isEqualTo(5);
    assertThat(name.err()).contains("is not for the name 127.0.0.1");
    String plain = url.replace("https:", "http:");
    Run http = satchel.satchel(new byte[0], with(trusting, "SATCHEL_URL", plain), "list");
    assertThat(http.code()).isEqualTo(1);
    assertThat(http.err()).contains("speaks HTTPS", "https://");
  }

  @Test
  void aServerThatSpeaksPlainHttpIsToldOf() {
    try (Installation plain = Installation.started("tls-plain")) {
      String secured = plain.url().replace("http:", "https:");
      Map<String, String> token = Map.of("SATCHEL_TOKEN", plain.token());
      Run refused = plain.satchel(new byte[0], token, "list", "--server", secured);
      assertThat(refused.err()).contains("speaks plain HTTP", "http://");
    }
  }

  @Test
  void aLoginKeepsTheAuthority() {
    Map<String, String> away = Map.of("SATCHEL_DATA", "");
    byte[] token = satchel.token().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Run refused = satchel.satchel(token, away, "login", satchel.url());
    assertThat(refused.code()).isEqualTo(5);
    assertThat(refused.err()).contains("--ca-cert");
    String file = authority.certificate().toString();
    satchel.satchel(token, away, "login", satchel.url(), "--ca-cert", file).ok();
    satchel.satchel(new byte[0], away, "secrets", "list").ok();
    Run doctor = satchel.satchel(new byte[0], away, "doctor");
    assertThat(doctor.out()).containsPattern("ok +server +" + satchel.url());
  }

  @Test
  void whoeverTakesThePortIsNotTakenForThisMachinesServer() throws Exception {
    Path mark = satchel.data().resolve("server.json");
    String written = Files.readString(mark);
    String fingerprint =
        written.replaceAll("(?s).*certificate_sha256\":\"([0-9a-f]{64})\".*", "$1");
    assertThat(fingerprint).hasSize(64);
    Path _ = Files.writeString(mark, written.replace(fingerprint, "0".repeat(64)));
    Run refused = satchel.satchel("secrets", "list");
    assertThat(refused.code()).isEqualTo(5);
    assertThat(refused.err()).contains("not the one of this machine's server");
  }

  @Test
  void renewedFilesAreTakenUpAndBrokenOnesAreNot() {
    BigInteger first = tls.shown(satchel.url()).getSerialNumber();
    Issued renewed = authority.issue("renewed", NAMES);
    Tls.replace(issued.certificate(), renewed.certificate());
    Await.that("the log tells of half a pair", this::log, log -> log.contains("stays in use"));
    assertThat(log()).contains("is not the key of");
    assertThat(tls.shown(satchel.url()).getSerialNumber()).isEqualTo(first);
    Tls.replace(issued.key(), renewed.key());
    Await.that(
        "the other one is shown",
        () -> tls.shown(satchel.url()).getSerialNumber(),
        shown -> !shown.equals(first));
    Await.that("the log tells", this::log, log -> log.contains("took up the renewed"));
    satchel.satchel("secrets", "list").ok(); // By the data directory, which names the new one.
    satchel.admin().put("kept", Map.of("K", Marker.value()));
  }

  private String log() {
    return Installation.text(satchel.kept().resolve("output/server-0.log"));
  }

  @Test
  void whatCannotServeIsRefusedAtTheStartAndByTheCheck() throws Exception {
    satchel.stop();
    Issued other = authority.issue("other", NAMES);
    assertRefused("is not the key of", issued.certificate(), other.key());
    assertRefused("none.pem", Path.of("none.pem"), other.key());
    Path _ =
        Files.setPosixFilePermissions(issued.key(), PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused("can be read by others", issued.certificate(), issued.key());
    Run alone = satchel.satchel("serve", "--port", "0", "--tls-cert", "some.pem");
    assertThat(alone.code()).isEqualTo(1);
    assertThat(alone.err()).contains("--tls-key FILE");
    Path _ =
        Files.setPosixFilePermissions(issued.key(), PosixFilePermissions.fromString("rw-------"));
    assertThat(check(issued).ok().out()).containsPattern("ok\ttls\t.*valid until");
  }

  private void assertRefused(String word, Path certificate, Path key) {
    String[] options = Tls.options(new Issued(certificate, key));
    Run refused = serve(options);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains(word).doesNotContain("\tat ");
    String[] check = java.util.Arrays.copyOf(options, options.length + 1);
    check[options.length] = "--check";
    Run checked = serve(check);
    assertThat(checked.code()).isEqualTo(1);
    assertThat(checked.out()).contains("fail\ttls").contains(word);
  }

  private Run serve(String... options) {
    List<String> words = new ArrayList<>(List.of("serve", "--port", "0"));
    words.addAll(List.of(options));
    return satchel.satchel(words.toArray(String[]::new));
  }

  private Run check(Issued which) {
    return satchel.satchel(
        new byte[0],
        Map.of(
            "SATCHEL_TLS_CERT", which.certificate().toString(),
            "SATCHEL_TLS_KEY", which.key().toString()),
        "serve",
        "--check");
  }

  @Test
  void anExpiredCertificateServesWithAWarning() {
    satchel.stop();
    Issued expired = authority.issue("expired", NAMES, 0);
    Installation.pause(java.time.Duration.ofSeconds(2));
    assertThat(check(expired).ok().out()).contains("warn\ttls").contains("has expired");
    try (Installation late = new Installation("tls-late", Tls.options(expired))) {
      late.start();
      Run refused =
          late.satchel(
              new byte[0],
              Map.of(
                  "SATCHEL_URL",
                  late.url().replace("127.0.0.1", "localhost"),
                  "SATCHEL_TOKEN",
                  late.token(),
                  "SATCHEL_CA_CERT",
                  authority.certificate().toString()),
              "secrets",
              "list");
      assertThat(refused.code()).isEqualTo(5);
      assertThat(refused.err()).contains("has expired", "renew");
      late.stop();
      assertThat(Installation.text(late.kept().resolve("output/server-0.log")))
          .contains("WARN")
          .contains("has expired");
    }
  }

  @Test
  void addressesBeginWithThePublicUrlWhereOneIsGiven() {
    assertThat(upload(satchel)).startsWith(satchel.url() + "/uploads/");
    satchel.stop();
    try (Installation named =
        installation("tls-public", "--public-url", "https://satchel.test/below/")) {
      named.start();
      assertThat(upload(named)).startsWith("https://satchel.test/below/uploads/");
    }
    Run refused = satchel.startRefused("--public-url", "satchel.test");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("--public-url", "https://satchel.example.com");
  }

  private static String upload(Installation at) {
    at.send("POST", "/v1/applications", Map.of("id", "app", "name", "app"));
    return at.send("POST", "/v1/applications/app/runs/uploadurl", null)
        .with(200)
        .body()
        .path("upload_url")
        .asText();
  }

  private static Map<String, String> with(Map<String, String> some, String name, String value) {
    Map<String, String> more = new java.util.HashMap<>(some);
    more.put(name, value);
    return more;
  }
}
