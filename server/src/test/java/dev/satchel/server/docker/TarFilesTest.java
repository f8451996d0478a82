package dev.satchel.server.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.secret.SecretValue;
import dev.satchel.server.docker.ContainerVariables.Wiped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;

final class TarFilesTest {
  @Test
  void everySizeComesBackUnderItsNumber() throws IOException {
    List<byte[]> wanted =
        List.of(0, 1, 511, 512, 513, 70_000).stream().map(TarFilesTest::bytes).toList();
    byte[] tar;
    try (Wiped archive = new Wiped()) {
      tar = TarFiles.of(wanted.stream().map(SecretValue::of).toList(), archive);
    }
    assertThat(tar.length % 512).isZero();
    try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
      for (int number = 0; number < wanted.size(); number++) {
        TarArchiveEntry entry = in.getNextEntry();
        assertThat(entry.getName()).isEqualTo(Integer.toString(number));
        assertThat(entry.isCheckSumOK()).isTrue();
        assertThat(entry.getMode()).isEqualTo(0600);
        assertThat(in.readAllBytes()).isEqualTo(wanted.get(number));
      }
      assertThat(in.getNextEntry()).isNull();
    }
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
