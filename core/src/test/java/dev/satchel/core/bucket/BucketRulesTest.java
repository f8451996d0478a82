package dev.satchel.core.bucket;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.satchel.core.RefusedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of buckets is refused before anything is asked of them. */
final class BucketRulesTest {
  @ParameterizedTest
  @CsvSource({
    "raw, http://10.0.0.5:9000",
    "raw, http://[::1]:9000",
    "my_raw, https://s3.example.com",
    "raw-, https://s3.example.com",
  })
  void aNameThatIsNoHostNeedsPathStyle(String name, String endpoint) {
    assertThatThrownBy(() -> BucketRules.check("b.", bucket(name, endpoint, false)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("b.force_path_style is needed");
    assertThatCode(() -> BucketRules.check("b.", bucket(name, endpoint, true)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "raw, https://s3.example.com",
    "a.b--c, http://localhost:9000",
    "Raw1, https://s3.example.com"
  })
  void othersDoNot(String name, String endpoint) {
    assertThatCode(() -> BucketRules.check("b.", bucket(name, endpoint, false)))
        .doesNotThrowAnyException();
  }

  private static Bucket bucket(String name, String endpoint, boolean forcePathStyle) {
    return new Bucket(name, endpoint, "auto", "", forcePathStyle);
  }
}
