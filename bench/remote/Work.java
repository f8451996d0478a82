import dev.satchel.sdk.RemoteFunction;
import java.util.stream.IntStream;

/** What is called: by the library, or, with {@code java -cp}, by itself. */
final class Work {
  record Asked(String words, int times) {}

  record Answered(String words, int sum) {}

  static Answered work(Asked asked) {
    return new Answered(asked.words(), IntStream.rangeClosed(1, asked.times()).sum());
  }

  /** The same as an object that stays. */
  static final class Kept {
    Answered work(Asked asked) {
      return Work.work(asked);
    }
  }

  static final RemoteFunction.Target<Asked, Answered> METHOD = Work::work;

  public static void main(String[] arguments) {
    System.out.println(work(new Asked(arguments[0], Integer.parseInt(arguments[1]))));
  }
}
