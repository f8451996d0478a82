package dev.satchel.sdk;

import dev.satchel.sdk.json.Node;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A list that the server answers page by page: each is asked for when the one before is used up, so
 * that a list of any length costs the memory of one page. Each iteration asks anew.
 *
 * @param <T> what it lists
 */
public final class Listing<T extends Record> implements Iterable<T> {
  private static final int PAGE = 500;

  private final Transport transport;
  private final Call call;
  private final Class<T> type;

  Listing(Transport transport, Call call, Class<T> type) {
    this.transport = transport;
    this.call = call;
    this.type = type;
  }

  /**
   * The list as a stream.
   *
   * @return in the server's order
   */
  public Stream<T> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  @Override
  public Iterator<T> iterator() {
    return new Pages();
  }

  @Override
  public String toString() {
    return "Listing[" + call + "]";
  }

  private final class Pages implements Iterator<T> {
    private final Deque<Node> page = new ArrayDeque<>();
    private @Nullable String next; // Null at the first page.
    private boolean last;

    @Override
    public boolean hasNext() {
      while (page.isEmpty() && !last) {
        Call ask = call.with("limit", PAGE).with("page_token", next);
        Node answer = Waiting.on(transport.send(ask, Answer::json));
        page.addAll(answer.at("items").items());
        next = answer.text("next_page_token");
        last = next.isEmpty();
      }
      return !page.isEmpty();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return Records.read(page.remove(), type);
    }
  }
}
