package dev.satchel.core.workload;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * A command in memory: {@code echo WORD}, {@code warn WORD} to standard error, {@code print NAME} a
 * variable, {@code exit N}, {@code cat}; anything else runs until it is ended.
 */
final class FakeExec implements ExecProcess {
  private final CompletableFuture<ExecEnd> end = new CompletableFuture<>();
  private final OutputStream stdin;
  private final InputStream stdout;
  private final InputStream stderr;

  FakeExec(List<String> words, Function<String, byte[]> variable) {
    try {
      Pipe pipe = Pipe.open();
      stdin = Channels.newOutputStream(pipe.sink());
      String word = words.size() > 1 ? words.get(1) : "";
      InputStream nothing = new ByteArrayInputStream(new byte[0]);
      switch (words.getFirst()) {
        case "echo" -> {
          stdout = text(word);
          stderr = nothing;
          end.complete(ExecEnd.exited(0));
        }
        case "warn" -> {
          stdout = nothing;
          stderr = text(word);
          end.complete(ExecEnd.exited(0));
        }
        case "print" -> {
          stdout = new ByteArrayInputStream(variable.apply(word));
          stderr = nothing;
          end.complete(ExecEnd.exited(0));
        }
        case "exit" -> {
          stdout = nothing;
          stderr = nothing;
          end.complete(ExecEnd.exited(Integer.parseInt(word)));
        }
        case "cat" -> {
          stdout = Channels.newInputStream(pipe.source());
          stderr = nothing;
          end.complete(ExecEnd.exited(0));
        }
        default -> {
          stdout = Channels.newInputStream(pipe.source());
          stderr = nothing;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream text(String text) {
    return new ByteArrayInputStream((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Whether it was ended, or has ended. */
  boolean isOver() {
    return end.isDone();
  }

  @Override
  public OutputStream stdin() {
    return stdin;
  }

  @Override
  public InputStream stdout() {
    return stdout;
  }

  @Override
  public InputStream stderr() {
    return stderr;
  }

  @Override
  public ExecEnd await() throws InterruptedException {
    try {
      return end.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    end.complete(ExecEnd.exited(137));
    try {
      stdin.close();
      stdout.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
