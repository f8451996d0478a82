package dev.satchel.server.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** How often a service is asked, and what is made of its refusals. */
final class S3ObjectsTest {
  @TempDir Path directory;
  private PlainS3 service;
  private S3Connection connection;
  private S3Objects objects;

  @BeforeEach
  void start() throws IOException {
    service = new PlainS3();
    connection = service.connection(directory);
    objects = new S3Objects(connection, 2);
  }

  @AfterEach
  void stop() {
    connection.close();
    service.close();
  }

  @ParameterizedTest
  @CsvSource({
    "400, MalformedXML",
    "400, NotImplemented",
    "400, MissingContentMD5",
    "405, MethodNotAllowed",
    "501, NotImplemented"
  })
  void aServiceThatRemovesNotSeveralAtATimeIsAskedForEach(int status, String code) {
    service.bulkStatus = status;
    service.bulkCode = code;
    service.fill("a/", 3);
    objects.removeAll("a/");
    assertThat(service.names).isEmpty();
    assertThat(service.removes).hasValue(3);
  }

  @ParameterizedTest
  @CsvSource({
    "400, ExpiredToken",
    "403, AccessDenied",
    "404, NoSuchBucket",
    "409, OperationAborted",
    "412, PreconditionFailed"
  })
  void whatElseItAnswersIsNoReasonToAskAThousandTimes(int status, String code) {
    service.bulkStatus = status;
    service.bulkCode = code;
    service.fill("a/", 3);
    assertThatThrownBy(() -> objects.removeAll("a/")).isInstanceOf(RefusedException.class);
    assertThat(service.removes).hasValue(0);
  }

  @Test
  void noMoreThanSoManyPagesAreRemovedAtATime() {
    service.fill("a/", 2001);
    assertThatThrownBy(() -> objects.removeAll("a/"))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_BUSY));
    assertThat(service.names).hasSize(1);
    objects.removeAll("a/");
    assertThat(service.names).isEmpty();
  }

  @Test
  void fewVolumesAreRemovedAtATime_andAllAreInTheEnd() throws InterruptedException {
    Removals removals = new Removals(objects, InstantSource.system());
    service.pauseMillis = 30;
    for (int i = 0; i < 12; i++) {
      removals.begin("v" + i + "/");
    }
    for (int i = 0; i < 12; i++) {
      Instant until = Instant.now().plus(Duration.ofSeconds(30));
      while (removals.isRunning("v" + i + "/")) {
        assertThat(Instant.now()).isBefore(until);
        Thread.sleep(5);
      }
    }
    assertThat(service.lists).hasValue(12);
    assertThat(service.atOnceMax.get()).isBetween(2, 4);
  }

  @ParameterizedTest
  @CsvSource({"NoSuchKey, VOLUME_FILE_NOT_FOUND", "NoSuchBucket, OBJECT_STORE_UNAVAILABLE"})
  void aFileThatIsGoneIsNotFound_andABucketThatIsGoneIsAnOutage(String code, Reason reason) {
    service.missingCode = code;
    HeadObjectResponse head =
        HeadObjectResponse.builder()
            .contentLength(5L)
            .eTag("x")
            .lastModified(Instant.EPOCH)
            .metadata(Map.of())
            .build();
    assertThatThrownBy(
            () -> new S3Reader(connection).read("a", head, _ -> OutputStream.nullOutputStream()))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
