package dev.satchel.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.satchel.core.Needs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Nothing so much as tries to leave the machine: every connection is asked of the kernel. */
final class NoNetworkTest {
  private static final Pattern ADDRESS =
      Pattern.compile("inet_addr\\(\"([^\"]+)\"\\)|inet_pton\\(AF_INET6, \"([^\"]+)\"");

  @Test
  void noConnectionLeavesLoopback() {
    assumeFalse(Installation.POSTGRES, "in a network of its own there is no PostgreSQL");
    Needs.command("strace");
    try (Loopback network = Loopback.made()) {
      Installation satchel = new Installation("no-network");
      Path traces = satchel.directory("traces");
      satchel.within(traced(network, traces.resolve("server")));
      satchel.start();
      try {
        satchel.within(traced(network, traces.resolve("cli")));
        Run _ =
            satchel
                .satchel(
                    Marker.value().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    "secrets",
                    "new",
                    "hf",
                    "HF_TOKEN=-")
                .ok();
        Run _ = satchel.satchel("run", "--secret", "hf", "--", "echo", "hi").ok();
        Run _ = satchel.satchel("secrets", "list").ok();
        Run _ = satchel.satchel("doctor");
      } finally {
        satchel.stop();
      }
      List<String> addresses = new ArrayList<>();
      for (Path trace : Trees.files(traces)) {
        Matcher matcher = ADDRESS.matcher(Installation.text(trace));
        while (matcher.find()) {
          addresses.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
      }
      assertThat(addresses).isNotEmpty(); // The command line's own, to the server.
      assertThat(addresses)
          .allMatch(each -> each.startsWith("127.") || each.matches("::1|::ffff:127\\..*"));
    }
  }

  /** Each process has a trace of its own, and stays the one that was started. */
  private static List<String> traced(Loopback network, Path trace) {
    List<String> command = new ArrayList<>(network.prefix());
    command.addAll(List.of("strace", "-D", "-ff", "--seccomp-bpf", "-qq", "-o", trace.toString()));
    command.addAll(List.of("-e", "trace=connect,sendto,sendmsg,sendmmsg", "--"));
    return command;
  }
}
