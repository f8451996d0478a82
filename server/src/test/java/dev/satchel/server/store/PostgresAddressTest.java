package dev.satchel.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

final class PostgresAddressTest {
  @Test
  void aUrlIsReadWithWhatIsEncodedInIt() {
    PostgresAddress address = PostgresAddress.of("postgres://a%40b:p%3Aw+d@[::1]:6000/my%20db");
    PGSimpleDataSource source = address.source();
    assertThat(source.getServerNames()).containsExactly("::1");
    assertThat(source.getPortNumbers()).containsExactly(6000);
    assertThat(source.getUser()).isEqualTo("a@b");
    assertThat(source.getDatabaseName()).isEqualTo("my db");
    assertThat(address.password()).isEqualTo("p:w+d");
    assertThat(address).asString().doesNotContain("p:w", "p%3A");
    assertThat(PostgresAddress.of("postgresql://u@h/d").source().getPortNumbers())
        .containsExactly(5432);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hunter2",
        "mysql://u:hunter2@h/d",
        "postgresql://h/hunter2",
        "postgresql://u:hunter2@h",
        "postgresql://u:hunter2@h/",
        "postgresql://u:hunter2%@h/d",
        "postgresql://u:hunter 2@h/d",
        "postgresql://u:hunter2@h:x/d",
        "postgresql://u@h/d?password=hunter2",
        "postgresql://u@h/d?sslmode=hunter2",
      })
  void whatIsNoUrlIsRefusedAndNotShown(String url) {
    assertThatThrownBy(() -> PostgresAddress.of(url))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("postgresql://USER@HOST:PORT/DATABASE")
        .message()
        .doesNotContain("hunter");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, prefer",
    "localhost, prefer",
    "[::1], prefer",
    "db.example.org, verify-full",
    "10.0.0.5, verify-full",
  })
  void whatLeavesTheMachineIsEncryptedUnlessTheUrlSaysOtherwise(String host, String mode) {
    assertThat(PostgresAddress.of("postgresql://u@" + host + "/d").source().getSslMode())
        .isEqualTo(mode);
    assertThat(
            PostgresAddress.of("postgresql://u@" + host + "/d?sslmode=disable")
                .source()
                .getSslMode())
        .isEqualTo("disable");
  }
}
