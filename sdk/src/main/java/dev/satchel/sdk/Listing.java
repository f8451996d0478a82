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
  private final Class<T> type;
  private final Paging paging;

  /**
   * How a list is asked for and answered.
   *
   * @param call asks for a page of it
   * @param items the member with the items
   * @param token the parameter that takes where to go on
   */
  private record Paging(Call call, String items, String token) {}

  private Listing(Transport transport, Class<T> type, Paging paging) {
    this.transport = transport;
    this.type = type;
    this.paging = paging;
  }

  Listing(Transport transport, Call call, Class<T> type) {
    this(transport, type, new Paging(call.with("limit", PAGE), "items", "page_token"));
  }

  /**
   * One of an application, which is answered in the words of nextmv.
   *
   * @param items the member with the items
   */
  static <T extends Record> Listing<T> ofApplication(
      Transport transport, Call call, String items, Class<T> type) {
    Paging paging = new Paging(call.with("pagereturn", true), items, "pagetoken");
    return new Listing<>(transport, type, paging);
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
    return "Listing[" + paging.call() + "]";
  }

  private final class Pages implements Iterator<T> {
    private final Deque<Node> page = new ArrayDeque<>();
    private @Nullable String next; // Null at the first page.
    private boolean last;

    @Override
    public boolean hasNext() {
      while (page.isEmpty() && !last) {
        Call ask = paging.call().with(paging.token(), next);
        Node answer = Waiting.on(transport.send(ask, Answer::json));
        page.addAll(answer.at(paging.items()).items());
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
