package dev.satchel.sdk;

/** Declares one of its own methods, whatever loaded it. */
public final class Shell {
  private Shell() {}

  /** Made by reflection, in another loader. */
  public static Object declare(App app) {
    return app.function(Shell::run);
  }

  public static int run() {
    return 1;
  }
}
