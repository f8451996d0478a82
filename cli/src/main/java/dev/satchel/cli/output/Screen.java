package dev.satchel.cli.output;

import dev.satchel.cli.session.Surroundings;
import dev.satchel.sdk.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where text for people goes: results to standard output, everything else to standard error. */
public final class Screen {
  private static final int NARROWEST = 40;
  private static final String HOME = "\u001b[H";
  private static final String WIPE_LINE = "\u001b[K";
  private static final String WIPE_BELOW = "\u001b[J";

  private final Surroundings surroundings;
  private final boolean colourful;

  public Screen(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.colourful =
        surroundings.variable("NO_COLOR") == null && !"dumb".equals(surroundings.variable("TERM"));
  }

  public void line(String text) {
    surroundings.out().println(text);
  }

  /** A note that is no part of the result. */
  public void note(String text) {
    surroundings.err().println(text);
  }

  /** JSON as the only thing on standard output. */
  public void json(@Nullable Object value) {
    surroundings.out().println(Json.pretty(value));
  }

  public boolean isTerminal() {
    return surroundings.terminals().out();
  }

  /** Draws a picture where the last one stood; what was longer before is wiped away. */
  public void redraw(Consumer<Screen> picture) {
    ByteArrayOutputStream paper = new ByteArrayOutputStream();
    picture.accept(
        new Screen(surroundings.onto(new PrintStream(paper, true, StandardCharsets.UTF_8))));
    String drawn = paper.toString(StandardCharsets.UTF_8).replace("\n", WIPE_LINE + "\n");
    surroundings.out().print(HOME + drawn + WIPE_BELOW);
    surroundings.out().flush();
  }

  /** Bytes as they are. */
  public void bytes(byte[] buffer, int length) {
    surroundings.out().write(buffer, 0, length);
    surroundings.out().flush();
  }

  public boolean colourful() {
    return colourful && surroundings.terminals().out();
  }

  public boolean colourfulNotes() {
    return colourful && surroundings.terminals().err();
  }

  /** How many characters a line of a table may have. */
  public int width() {
    boolean limited = surroundings.terminals().out() && surroundings.columns() > 0;
    return limited ? Math.max(NARROWEST, surroundings.columns()) : Integer.MAX_VALUE;
  }

  public Instant now() {
    return surroundings.clock().instant();
  }

  /** A workload's state in its colour, where a terminal shows it. */
  public String state(String state) {
    return colourful() ? Colour.ofState(state).on(state) : state;
  }

  /** What a check came to, in its colour where a terminal shows it. */
  public String verdict(String verdict) {
    return colourful() ? Colour.ofVerdict(verdict).on(verdict) : verdict;
  }

  public String bold(String text) {
    return colourful() ? Colour.BOLD.on(text) : text;
  }

  public String faint(String text) {
    return colourful() ? Colour.FAINT.on(text) : text;
  }
}
