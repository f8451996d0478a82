package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.satchel.core.Needs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The scripts of {@code satchel completion} in the shells that they are for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CompletionTest {
  private static final byte[] NOTHING = new byte[0];

  private Installation place;

  @BeforeAll
  void begin() {
    place = Installation.started("completion");
    place.satchel("secrets", "new", "hf", "HF_TOKEN=hf_x").ok();
    place.satchel("secrets", "new", "wandb", "WANDB_API_KEY=x").ok();
    place.satchel("app", "create", "seed").ok();
    place
        .satchel(new byte[0], Map.of("KEY", "x"), "app", "secrets", "create", "seed", "lic", "KEY")
        .ok();
  }

  @AfterAll
  void end() {
    place.close();
  }

  private List<String> said(String shell, String option, String script) {
    Needs.command(shell);
    Map<String, String> environment = place.environment();
    environment.merge(
        "PATH",
        Installation.ROOT.resolve("dist/target/satchel/bin").toString(),
        (path, ours) -> ours + ":" + path);
    Run run =
        Run.of(
            List.of(shell, option, script),
            environment,
            place.home(),
            NOTHING,
            place.directory("shells"),
            Duration.ofSeconds(60));
    assertThat(run.err()).isEmpty();
    return run.ok().out().lines().toList();
  }

  @Test
  void bash() {
    String script =
        """
        source <(satchel completion bash)
        after() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _satchel satchel; printf '%s\\n' "${COMPREPLY[@]}"; }
        after satchel secrets show ''
        after satchel submit --secret w
        after satchel quick
        after satchel app secrets show ''
        after satchel app secrets show seed ''
        """;
    assertThat(said("bash", "-c", script))
        .containsExactly("hf", "wandb", "wandb", "quickstart", "seed", "lic");
  }

  @Test
  void zsh() {
    String script =
        """
        compdef() { : }
        _describe() { print -rl -- ${(P)2} }
        source <(satchel completion zsh)
        after() { words=("$@"); CURRENT=$#; _satchel }
        after satchel secrets show ''
        after satchel submit --secret w
        after satchel quick
        """;
    assertThat(said("zsh", "-fc", script))
        .containsExactly(
            "hf:revision 1",
            "wandb:revision 1",
            "wandb:revision 1",
            "quickstart:Try it all, in a minute.");
  }

  @Test
  void fish() {
    String script =
        """
        satchel completion fish | source
        complete -C 'satchel secrets show '
        complete -C 'satchel submit --secret w'
        complete -C 'satchel quick'
        """;
    assertThat(said("fish", "-c", script))
        .containsExactly(
            "hf\trevision 1",
            "wandb\trevision 1",
            "wandb\trevision 1",
            "quickstart\tTry it all, in a minute.");
  }

  @Test
  void noNameIsOfferedWithoutAServer() {
    String script =
        """
        export SATCHEL_URL=http://127.0.0.1:1 SATCHEL_TOKEN=x
        source <(satchel completion bash)
        COMP_WORDS=(satchel secrets show ''); COMP_CWORD=3; _satchel satchel; echo "${#COMPREPLY[@]}"
        """;
    assertThat(said("bash", "-c", script)).containsExactly("0");
  }
}
