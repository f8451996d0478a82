package dev.satchel.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SensitiveNamesTest {
  @Test
  void namesWithATellingWordAreSensitive() {
    List<String> names =
        List.of(
            "HF_TOKEN",
            "API_KEY",
            "apiKey",
            "db.password",
            "PASSWD",
            "AWS_SECRET_ACCESS_KEY",
            "my-credential",
            "GOOGLE_CREDENTIALS",
            "BASIC_AUTH",
            "TOKEN2",
            "KEY");
    assertThat(names).allMatch(SensitiveNames::isSensitive);
  }

  @Test
  void namesThatOnlyContainSuchAWordAreNot() {
    List<String> names =
        List.of("KEYBOARD", "AUTHOR", "TOKENIZER", "MONKEY", "LR", "SECRETARY", "PATH", "");
    assertThat(names).noneMatch(SensitiveNames::isSensitive);
  }
}
