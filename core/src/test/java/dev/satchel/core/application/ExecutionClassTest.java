package dev.satchel.core.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator may write of execution classes. */
final class ExecutionClassTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain=process",
        "big=docker,cpus=4,memory_mib=8192,image=python:3.11",
        "b=docker,image=busybox"
      })
  void thisIsUnderstood(String text) {
    assertThat(ExecutionClass.of(text).name()).isEqualTo(text.substring(0, text.indexOf('=')));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c=process,cpus=2|limits neither cpus nor memory",
        "c=process,memory_mib=512|limits neither cpus nor memory",
        "c=process,image=x|needs an image",
        "c=docker|needs an image",
        "c=docker,image=-x|image",
        "c=docker,image=x,memory_mib=1|memory_mib",
        "c=docker,image=x,cpus=0.00001|cpus",
        "c=docker,image=x,gpu=1|nothing else",
        "c=kubernetes|process and docker",
        "=process|a name"
      })
  void thisIsRefusedWithTheReason(String text, String reason) {
    assertThatThrownBy(() -> ExecutionClass.of(text))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("Its form is");
  }
}
