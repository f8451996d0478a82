package dev.satchel.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows in aligned columns. On a narrow terminal the last column gives way first, and what is cut
 * ends in an ellipsis.
 */
public final class Table {
  private static final String GAP = "  ";
  private static final int LEAST = 8;

  private final List<String> heads;
  private final List<List<String>> rows = new ArrayList<>();
  private int stateColumn = -1;

  public Table(String... heads) {
    this.heads = List.of(heads);
  }

  /** Says which column holds a state, to be coloured. */
  public Table states(int column) {
    stateColumn = column;
    return this;
  }

  public void row(String... cells) {
    rows.add(Arrays.stream(cells).map(Table::oneLine).toList());
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  public void print(Screen screen) {
    int[] widths = widths(screen.width());
    screen.line(screen.bold(line(heads, widths)));
    for (List<String> row : rows) {
      screen.line(coloured(line(row, widths), row, widths, screen));
    }
  }

  private int[] widths(int available) {
    int[] widths = new int[heads.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = heads.get(column).length();
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    long excess = Arrays.stream(widths).asLongStream().sum() + 2L * (widths.length - 1) - available;
    for (int column = widths.length - 1; column > 0 && excess > 0; column--) {
      int given = (int) Math.min(excess, Math.max(0, widths[column] - LEAST));
      widths[column] -= given;
      excess -= given;
    }
    return widths;
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = cut(cells.get(column), widths[column]);
      line.append(cell);
      if (column < widths.length - 1) {
        line.append(" ".repeat(widths[column] - cell.length())).append(GAP);
      }
    }
    return line.toString().stripTrailing();
  }

  private String coloured(String line, List<String> row, int[] widths, Screen screen) {
    if (stateColumn < 0 || !screen.colourful()) {
      return line;
    }
    int from = 0;
    for (int column = 0; column < stateColumn; column++) {
      from += widths[column] + GAP.length();
    }
    String state = row.get(stateColumn);
    int to = Math.min(line.length(), from + Math.min(state.length(), widths[stateColumn]));
    return line.substring(0, from)
        + Colour.ofState(state).on(line.substring(from, to))
        + line.substring(to);
  }

  private static String cut(String cell, int width) {
    return cell.length() <= width ? cell : cell.substring(0, Math.max(0, width - 1)) + "…";
  }

  /** Keeps what others chose, such as a command, from moving the cursor or making lines. */
  private static String oneLine(String cell) {
    return cell.replaceAll("\\p{Cntrl}+", " ").strip();
  }
}
