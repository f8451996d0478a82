package dev.satchel.examples;

import dev.satchel.sdk.App;
import dev.satchel.sdk.Enter;
import dev.satchel.sdk.RemoteClass;
import dev.satchel.sdk.RemoteObject;

/** Loads a model once, elsewhere, and asks it as often as there is something to ask. */
public final class Scoring {
  /** What lives elsewhere. */
  public static final class Scorer implements AutoCloseable {
    private String model = "";

    @Enter
    void load() {
      model = "a model that took long to load";
    }

    /** How well the model likes a text. */
    public int score(String text) {
      return model.length() + text.length();
    }

    @Override
    public void close() {
      System.out.println("the model is freed");
    }
  }

  private static final RemoteClass<Scorer> SCORER = App.named("scoring").cls(Scorer.class);

  private Scoring() {}

  /**
   * Scores.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws Exception {
    RemoteObject<Scorer> scorer = SCORER.start();
    try (scorer) {
      System.out.println(scorer.call(Scorer::score, "hello"));
      System.out.println(scorer.call(Scorer::score, "hello, world"));
    }
    try (var logs = scorer.workload().logs()) {
      logs.lines().forEach(System.out::println);
    }
  }
}
