package dev.satchel.cli.output;

/** What a terminal does with a text. */
enum Colour {
  BOLD("1"),
  FAINT("2"),
  RED("31"),
  GREEN("32"),
  YELLOW("33"),
  CYAN("36");

  private final String code;

  Colour(String code) {
    this.code = code;
  }

  String on(String text) {
    return "\u001b[" + code + "m" + text + "\u001b[0m";
  }

  static Colour ofState(String state) {
    return switch (state) {
      case "completed", "succeeded" -> GREEN;
      case "running", "finalizing" -> CYAN;
      case "errored", "failed", "invalid" -> RED;
      case "terminated", "canceled" -> FAINT;
      default -> YELLOW;
    };
  }

  static Colour ofVerdict(String verdict) {
    return switch (verdict) {
      case "ok" -> GREEN;
      case "fail" -> RED;
      case "warn" -> YELLOW;
      default -> CYAN;
    };
  }
}
