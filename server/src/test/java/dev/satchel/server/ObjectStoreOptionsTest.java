package dev.satchel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.bucket.Bucket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the options of the object store come to, and what is said where they come to nothing. */
final class ObjectStoreOptionsTest {
  @TempDir Path directory;
  private String keyId = "";
  private String secret = "";

  @BeforeEach
  void write() throws IOException {
    keyId = Files.writeString(directory.resolve("id"), "AKID\n").toString();
    secret = Files.writeString(directory.resolve("secret"), "sEcret+value\n").toString();
  }

  private ServeCommand command(String... words) {
    ServeCommand command = new ServeCommand();
    ServeDefaults.parse(new CommandLine(command), List.of(words), Map.of());
    return command;
  }

  private ServeCommand withKeys(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--object-store-key-id-file", keyId, "--object-store-secret-file", secret));
    return command(all.toArray(String[]::new));
  }

  private static void refused(ServeCommand command, String why) {
    assertThatThrownBy(command::check)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(why);
  }

  @Test
  void withoutTheOptionAllStaysOnDisk() {
    assertThat(command().objectStore.place()).isNull();
    assertThat(withKeys("--object-store", "").objectStore.place()).isNull();
  }

  @Test
  void aUrlNamesBucketAndPrefix_andTheRestHasDefaults() {
    assertThat(withKeys("--object-store", "s3://models").objectStore.place())
        .extracting(ObjectStoreOptions.Place::bucket)
        .isEqualTo(new Bucket("models", "https://s3.amazonaws.com", "auto", "", false));
    ServeCommand own =
        withKeys(
            "--object-store",
            "s3://models/of/satchel/",
            "--object-store-endpoint",
            "http://127.0.0.1:9000/",
            "--object-store-region",
            "eu-1",
            "--object-store-path-style",
            "--object-store-moved-from",
            "http://10.0.0.1:9000/");
    assertThat(own.objectStore.place())
        .extracting(ObjectStoreOptions.Place::movedFrom)
        .isEqualTo("http://10.0.0.1:9000");
    assertThat(own.objectStore.place())
        .extracting(ObjectStoreOptions.Place::bucket)
        .isEqualTo(new Bucket("models", "http://127.0.0.1:9000", "eu-1", "of/satchel", true));
    assertThat(own.secretFiles()).contains(Path.of(keyId), Path.of(secret));
  }

  @Test
  void whatIsWrongIsSaidWithTheOptionsName() {
    refused(withKeys("--object-store", "https://x/y"), "--object-store is s3://BUCKET");
    refused(withKeys("--object-store", "s3:///y"), "The bucket of --object-store is 2 to 63");
    refused(withKeys("--object-store", "s3://models/a//b"), "The prefix of --object-store is");
    refused(
        withKeys("--object-store", "s3://models", "--object-store-endpoint", "http://10.0.0.5:9"),
        "--object-store-path-style is needed here");
    refused(
        withKeys("--object-store", "s3://models", "--object-store-endpoint", "ftp://x"),
        "--object-store-endpoint is the service's address alone");
    refused(
        command("--object-store", "s3://models", "--object-store-key-id-file", keyId),
        "--object-store needs --object-store-secret-file FILE");
    refused(command("--object-store", "s3://models"), "--object-store-key-id-file FILE");
  }

  @Test
  void aStoreThatCannotBeUsedIsSaidToBeInOneSentence_withoutItsKeys() throws IOException {
    ServeCommand command =
        withKeys(
            "--object-store",
            "s3://models",
            "--object-store-endpoint",
            "http://127.0.0.1:1",
            "--object-store-path-style");
    ObjectStoreOptions.Place place = command.objectStore.place();
    assertThat(place).isNotNull();
    assertThat(place.tried()) // It may come yet.
        .isEqualTo(
            "The bucket models cannot keep volumes (--object-store): the endpoint"
                + " http://127.0.0.1:1 cannot be reached: nothing accepts connections there.");
    assertThatThrownBy(place::region)
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.OBJECT_STORE_UNAVAILABLE));
    Files.writeString(Path.of(secret), "\n");
    assertThatThrownBy(place::tried).hasMessageContaining(secret).hasMessageContaining("empty");
    Files.delete(Path.of(secret));
    assertThatThrownBy(place::tried).hasMessageContaining(secret + " with a key");
  }
}
