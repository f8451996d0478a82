package dev.satchel.core.workload;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A command in memory: {@code echo WORD}, {@code warn WORD} to standard error, {@code print NAME} a
 * variable, {@code exit N}, {@code cat}; anything else runs until it is ended.
 */
final class FakeExec implements ExecProcess {
  private final CompletableFuture<ExecEnd> end = new CompletableFuture<>();
  private final PipedOutputStream stdin = new PipedOutputStream();
  private final InputStream stdout;
  private final InputStream stderr;
  private final PipedOutputStream silence = new PipedOutputStream();

  FakeExec(List<String> words, java.util.function.Function<String, byte[]> variable) {
    try {
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
          stdout = new PipedInputStream(stdin, 64 * 1024);
          stderr = nothing;
          end.complete(ExecEnd.exited(0));
        }
        default -> {
          stdout = new PipedInputStream(silence);
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
      silence.close();
      stdout.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
