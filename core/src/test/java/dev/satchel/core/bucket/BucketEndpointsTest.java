package dev.satchel.core.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where buckets of tokens other than an admin's may be. */
final class BucketEndpointsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:9000",
        "http://localhost:8080",
        "http://localhost.",
        "http://0177.0.0.1",
        "http://0x7f000001",
        "http://2130706433",
        "http://0.0.0.0",
        "http://169.254.169.254",
        "http://168.63.129.16",
        "http://100.100.100.200",
        "http://10.0.0.5:9000",
        "http://172.31.255.255",
        "http://192.168.1.1",
        "http://255.255.255.255",
        "http://[::1]",
        "http://[::]",
        "http://[::ffff:127.0.0.1]",
        "http://[::ffff:7f00:1]",
        "http://[64:ff9b::7f00:1]",
        "http://[2002:7f00:1::]",
        "http://[fd00:ec2::254]",
        "http://[fe80::1]",
      })
  void whatIsNotOnTheOpenInternetIsRefusedUnlessItIsNamed(String endpoint) {
    assertThat(BucketEndpoints.PUBLIC.objection(at(endpoint))).isPresent();
    assertThat(BucketEndpoints.of("any").objection(at(endpoint))).isEmpty();
    assertThat(BucketEndpoints.of("").objection(at(endpoint))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://8.8.8.8",
        "http://172.32.0.1",
        "http://[2606:4700::1]",
        "https://nowhere.invalid"
      })
  void othersAreNot_unlessOnlySomeAreNamed(String endpoint) {
    assertThat(BucketEndpoints.PUBLIC.objection(at(endpoint))).isEmpty();
    assertThat(BucketEndpoints.of("s3.example.com").objection(at(endpoint))).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "'public,10.0.0.0/8', http://10.9.8.7:9000, true",
    "'public,10.0.0.0/8', http://11.9.8.7:9000, true",
    "'10.0.0.0/8', http://11.9.8.7:9000, false",
    "'10.0.0.5', http://10.0.0.5, true",
    "'10.0.0.5', http://10.0.0.6, false",
    "'10.0.0.5 fd00::/8', http://[fd12::1], true",
    "'10.0.0.5, LocalHost', http://localhost:9000, true",
    "'::1', http://[::1], true",
    "'0.0.0.0/0', http://127.0.0.1, true",
    "'0.0.0.0/0', http://[::1], false",
  })
  void hostsAddressesAndNetworksAreWhatTheySay(String list, String endpoint, boolean allowed) {
    assertThat(BucketEndpoints.of(list).objection(at(endpoint)).isEmpty()).isEqualTo(allowed);
  }

  @Test
  void aHostThatIsNotKnownMayBeNamed_andIsNotAsked() {
    Bucket unknown = at("https://nowhere.invalid");
    BucketEndpoints endpoints =
        new BucketEndpoints(
            "public",
            host -> {
              throw new UnknownHostException(host);
            },
            Duration.ofMinutes(1));
    assertThat(endpoints.objection(unknown)).isEmpty();
    assertThat(endpoints.objectionAtStart(unknown))
        .hasValueSatisfying(it -> assertThat(it).contains("nowhere.invalid", "is not known"));
  }

  @Test
  void aHostWhoseLookUpTakesTooLongIsNeitherNamedNorAsked() {
    CountDownLatch never = new CountDownLatch(1);
    BucketEndpoints endpoints =
        new BucketEndpoints(
            "public",
            host -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              throw new UnknownHostException(host);
            },
            Duration.ofMillis(1));
    for (var objection :
        List.of(
            endpoints.objection(at("https://slow.example.com")),
            endpoints.objectionAtStart(at("https://slow.example.com")))) {
      assertThat(objection)
          .hasValueSatisfying(it -> assertThat(it).contains("slow.example.com", "too long"));
    }
    never.countDown();
  }

  @Test
  void theMachinesOwnAddressesAreKnown() throws Exception {
    assertThat(Addresses.isOwn(InetAddress.ofLiteral("127.0.0.1"))).isTrue();
    assertThat(Addresses.isOwn(InetAddress.ofLiteral("8.8.8.8"))).isFalse();
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      assertThat(each.inetAddresses()).allMatch(Addresses::isOwn);
    }
  }

  @Test
  void aListOfAnotherFormIsRefusedByName() {
    assertThatThrownBy(() -> BucketEndpoints.of("10.0.0.0/33")).hasMessageContaining("10.0.0.0/33");
    assertThatThrownBy(() -> BucketEndpoints.of("a/b")).hasMessageContaining("a/b");
  }

  private static Bucket at(String endpoint) {
    return new Bucket("raw", endpoint, "auto", "", true);
  }
}
