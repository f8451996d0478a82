package dev.satchel.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What can be declared as a function, and what is refused with the line to write instead. */
final class DeclarationTest {
  /** Nothing is asked of a server here. */
  private static final App APP = App.named("nightly");

  private final int own = 3;

  private int ofAnObject(int number) {
    return number + own;
  }

  record Holder(int number) {}

  static Thread uncarried(List<Object> anything) {
    return Thread.currentThread();
  }

  static int sum(int... numbers) {
    return IntStream.of(numbers).sum();
  }

  static <T> List<T> generic(List<T> items) {
    return items;
  }

  private static void refused(Runnable declaration, String... words) {
    var refusal = assertThatThrownBy(declaration::run).isInstanceOf(Invalid.class);
    for (String word : words) {
      refusal.hasMessageContaining(word);
    }
  }

  @Test
  void staticMethodsAreDeclaredWithoutAServer() throws Exception {
    assertThat(APP.function(Remotely::square).local(3)).isEqualTo(9);
    assertThat(APP.function(Remotely::add).local(3, 4)).isEqualTo(7);
    assertThat(APP.function(Remotely::square)).hasToString("RemoteFunction[nightly.square]");
    RemoteFunction<List<String>, List<String>> generic = APP.function(DeclarationTest::generic);
    assertThat(generic.local(List.of("a"))).containsExactly("a");
  }

  @Test
  void aLambdaIsRefused() {
    int captured = own;
    refused(
        () -> APP.function((Integer number) -> number + captured),
        "a lambda that captures what is around it",
        "app.function(DeclarationTest::train)");
    refused(() -> APP.function((Integer number) -> number + 1), "a lambda", "static method");
    RemoteFunction.Target<Integer, Integer> bridged = DeclarationTest::sum; // javac makes a lambda.
    refused(() -> APP.function(bridged), "a lambda", "static method");
  }

  @Test
  void aMethodOfAnObjectIsRefused() {
    refused(
        () -> APP.function(this::ofAnObject),
        "ofAnObject is a method of an object, and the object does not exist",
        "app.function(DeclarationTest::ofAnObject)");
    refused(
        () -> APP.function(String::length), "length is a method of an object", "Make it static");
    refused(() -> APP.function(Holder::new), "constructor");
  }

  @Test
  void anObjectOfAClassIsRefused() {
    refused(
        () ->
            APP.function(
                new RemoteSupplier.Target<String>() {
                  private static final long serialVersionUID = 1L;

                  @Override
                  public String call() {
                    return "";
                  }
                }),
        "no method reference");
  }

  @Test
  void whatJsonCannotCarryIsRefusedByItsPlace() {
    refused(
        () -> APP.function(DeclarationTest::uncarried),
        "what DeclarationTest.uncarried returns is of the type java.lang.Thread",
        "Use a record");
  }

  @Test
  void aClassThatWasMadeAtRunTimeIsRefused() throws Exception {
    Class<?> made = new Made().loadClass("dev.satchel.sdk.Shell");
    assertThatThrownBy(() -> made.getDeclaredMethod("declare", App.class).invoke(null, APP))
        .cause()
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("has no class file that could be sent")
        .hasMessageContaining("class path");
  }

  /** Loads one class from bytes, as a shell does, and shows no file of it. */
  private static final class Made extends ClassLoader {
    Made() {
      super(DeclarationTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.endsWith(".Shell")) {
        return super.loadClass(name, resolve);
      }
      try (InputStream file = DeclarationTest.class.getResourceAsStream("Shell.class")) {
        byte[] bytes = Objects.requireNonNull(file).readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }

    @Override
    public InputStream getResourceAsStream(String name) {
      return name.contains("Shell.class")
          ? new Nothing().none()
          : Objects.requireNonNullElse(
              super.getResourceAsStream(name), new ByteArrayInputStream(new byte[0]));
    }
  }

  /** Where nothing is found. */
  private static final class Nothing {
    @SuppressWarnings("NullAway") // As the method of the JDK says that it answers.
    InputStream none() {
      return null;
    }
  }

  @Test
  void anAppNeedsAName() {
    refused(() -> App.named("-cp"), "An app's name");
  }
}
