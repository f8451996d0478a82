package dev.satchel.cli;

/** Tells a mistyped word from one that merely shares letters with another. */
final class Likeness {
  private Likeness() {}

  /** Whether one may have been meant by the other: at most a third of the letters differ. */
  static boolean of(String typed, String meant) {
    return meant.startsWith(typed)
        || distance(typed, meant)
            <= Math.max(2, (Math.min(typed.length(), meant.length()) + 1) / 3);
  }

  /** How many letters have to be put in, taken out or changed. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int above = row[j];
        int changed = i == 0 || one.charAt(i - 1) != other.charAt(j - 1) ? 1 : 0;
        row[j] = i == 0 ? j : Math.min(diagonal + changed, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[other.length()];
  }
}
