package dev.satchel.server.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what somebody probably meant to type. */
public final class Likeness {
  private static final int LENGTH_MAX = 64;

  private Likeness() {}

  /** The known word within a third of its length in edits, or null. */
  public static @Nullable String nearest(String typed, List<String> known) {
    String nearest = null;
    int least = Integer.MAX_VALUE;
    for (String word : known) {
      int edits = typed.length() > LENGTH_MAX ? Integer.MAX_VALUE : edits(typed, word);
      if (edits < least && edits <= Math.max(1, word.length() / 3)) {
        least = edits;
        nearest = word;
      }
    }
    return nearest;
  }

  /** Levenshtein's distance. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
