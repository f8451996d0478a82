package dev.satchel.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.call.JarStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much room jars take. */
final class DiskJarsTest {
  private static final int ALL = 1000;

  @TempDir private Path directory;

  private DiskJars jars() {
    return new DiskJars(directory.resolve("jars"), InstantSource.system(), ALL);
  }

  private static byte[] jar(int bytes, int number) {
    byte[] jar = new byte[bytes];
    Arrays.fill(jar, (byte) number);
    return jar;
  }

  private static String digest(byte[] jar) {
    return HexFormat.of().formatHex(DiskJars.sha256().digest(jar));
  }

  private static long keep(DiskJars jars, String workspace, byte[] jar) throws IOException {
    return jars.keep(workspace, digest(jar), new ByteArrayInputStream(jar));
  }

  private static void refused(DiskJars jars, String workspace, byte[] jar, String words) {
    assertThatThrownBy(() -> keep(jars, workspace, jar))
        .isInstanceOfSatisfying(
            RefusedException.class,
            no -> {
              assertThat(no.reason()).isEqualTo(Reason.TOO_LARGE);
              assertThat(no.detail()).contains(words);
            });
  }

  @Test
  void aWorkspaceTakesItsShareAndAllTogetherTheLimit() throws IOException {
    DiskJars jars = jars();
    for (int again = 0; again < 5; again++) { // The same again takes no more.
      assertThat(keep(jars, "one", jar(200, 1))).isEqualTo(200);
    }
    refused(jars, "one", jar(301, 2), "of one workspace have at most 500 bytes");
    assertThat(keep(jars, "one", jar(100, 2))).isEqualTo(100);
    assertThat(keep(jars, "two", jar(400, 3))).isEqualTo(400);
    refused(jars(), "three", jar(400, 4), "of this server have at most 1000 bytes");
    assertThat(keep(jars, "three", jar(300, 4))).isEqualTo(300);
    refused(jars, "two", jar(1, 5), "of this server");
    jars.remove(
        List.of(new JarStore.Unused("three", digest(jar(300, 4)))), Instant.now().plusSeconds(9));
    assertThat(keep(jars, "two", jar(100, 6))).isEqualTo(100);
    assertThat(directory.resolve("jars/three")).isEmptyDirectory();
  }

  @Test
  void whatWasRefusedOrBrokeOffTakesNoRoom() throws IOException {
    DiskJars jars = jars();
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(
              () -> jars.keep("one", digest(new byte[0]), new ByteArrayInputStream(jar(400, 1))))
          .isInstanceOf(RefusedException.class);
      refused(jars, "one", jar(501, 1), "of one workspace");
    }
    assertThat(keep(jars, "one", jar(500, 1))).isEqualTo(500);
    Files.writeString(directory.resolve("jars/one/left.new"), "left");
    assertThat(keep(jars(), "two", jar(500, 1))).isEqualTo(500);
    assertThat(directory.resolve("jars/one/left.new")).doesNotExist();
  }

  @Test
  void twoThatArriveAtOnceAreCountedTogether() throws Exception {
    DiskJars jars = jars();
    CountDownLatch both = new CountDownLatch(2);
    AtomicInteger kept = new AtomicInteger();
    List<CompletableFuture<Void>> sent =
        List.of(1, 2).stream()
            .map(
                number ->
                    CompletableFuture.runAsync(
                        () -> {
                          byte[] jar = jar(300, number);
                          try {
                            jars.keep("one", digest(jar), late(jar, both));
                            kept.incrementAndGet();
                          } catch (RefusedException full) {
                            assertThat(full.reason()).isEqualTo(Reason.TOO_LARGE);
                          } catch (IOException e) {
                            throw new AssertionError(e);
                          }
                        },
                        work -> new Thread(work).start()))
            .toList();
    for (CompletableFuture<Void> each : sent) {
      each.get(20, TimeUnit.SECONDS);
    }
    assertThat(kept).hasValue(1);
  }

  /** Gives its first byte at once, and the others when both have begun. */
  private static InputStream late(byte[] jar, CountDownLatch both) {
    return new InputStream() {
      private int at;

      @Override
      public int read() {
        throw new AssertionError("it is read by parts");
      }

      @Override
      public int read(byte[] into, int from, int length) {
        if (at == 1) {
          both.countDown();
          try {
            assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        }
        int some = Math.min(at == 0 ? 1 : length, jar.length - at);
        System.arraycopy(jar, at, into, from, some);
        at += some;
        return some == 0 ? -1 : some;
      }
    };
  }
}
