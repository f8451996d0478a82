package dev.satchel.core.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.secret.SecretValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class MaskedLogTest {
  private final MemoryLogFile file = new MemoryLogFile();

  @Test
  void eachLineOfAValueIsMaskedByItself() {
    MaskedLog log = log(1000, "first line\nsecond line\r\nabc\n");
    write(log, "a second line b\nfirst line\n abc");
    log.end();
    assertThat(file.text()).isEqualTo("a *** b\n***\n abc");
  }

  @Test
  void stringsUnderFourCharactersAreNotMasked() {
    MaskedLog log = log(1000, "äöü", "abcd");
    write(log, "äöü abcd");
    log.end();
    assertThat(file.text()).isEqualTo("äöü ***");
  }

  @Test
  void aLogThatIsFullSaysSoOnceAndGoesOnCountingRawBytes() {
    MaskedLog log = log(20);
    write(log, "0123456789");
    write(log, "0123456789012345");
    write(log, "0123456789");
    log.end();
    assertThat(file.text()).startsWith("01234567890123456789\n[satchel: full at 20]");
    assertThat(file.text().lines()).hasSize(2);
    assertThat(log.rawOffset()).isEqualTo(36);
  }

  @Test
  void bytesThatCouldNotBeStoredAreGivenAgainAndStoredOnce() {
    MaskedLog log = log(1000, "correct-horse-battery");
    file.failing = true;
    assertThatThrownBy(() -> write(log, "first line\ntoken correct-horse-bat"))
        .isInstanceOf(UncheckedIOException.class);
    file.failing = false;
    write(log, "first line\ntoken correct-horse-bat");
    write(log, "tery done");
    log.end();
    assertThat(file.text()).isEqualTo("first line\ntoken *** done");
    assertThat(log.rawOffset()).isEqualTo(43);
  }

  @Test
  void theEndIsDurableAndTold() {
    MaskedLog log = log(1000, "secret");
    write(log, "secr");
    assertThat(file.text()).isEmpty();
    assertThat(log.isEnded()).isFalse();
    log.end();
    assertThat(file.text()).isEqualTo("secr");
    assertThat(file.synced).isTrue();
    assertThat(log.isEnded()).isTrue();
  }

  private MaskedLog log(long maxBytes, String... values) {
    List<SecretValue> secrets =
        java.util.Arrays.stream(values).map(v -> SecretValue.ofText("value", v)).toList();
    return new MaskedLog(file, secrets, maxBytes, "full at " + maxBytes, () -> {}, () -> {});
  }

  @Test
  void whoeverWritesALogIsToldWhenItIsAbandoned_alsoWhereThatIsSoAlready_butNotOnceItHasEnded() {
    AtomicInteger told = new AtomicInteger();
    MaskedLog log = log(1000);
    log.whenAbandoned(told::incrementAndGet);
    log.abandon();
    assertThat(told).hasValue(1);
    log.whenAbandoned(told::incrementAndGet);
    assertThat(told).hasValue(2);
    MaskedLog whole = log(1000);
    whole.whenAbandoned(told::incrementAndGet);
    whole.end();
    whole.abandon();
    assertThat(told).hasValue(2);
  }

  private static void write(MaskedLog log, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    log.write(bytes, 0, bytes.length);
  }

  private static final class MemoryLogFile implements LogStore.LogFile {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long rawOffset;
    private boolean synced;
    private boolean failing;

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public long rawOffset() {
      return rawOffset;
    }

    @Override
    public long size() {
      return bytes.size();
    }

    @Override
    public void append(byte[] masked, int length, long newRawOffset) {
      if (failing) {
        throw new UncheckedIOException(new IOException("the disk fails"));
      }
      bytes.write(masked, 0, length);
      rawOffset = newRawOffset;
    }

    @Override
    public void sync() {
      synced = true;
    }

    @Override
    public void close() {}
  }
}
