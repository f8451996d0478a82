package dev.satchel.core.workload;

import java.util.Arrays;
import java.util.Collection;

/**
 * The automaton of Aho and Corasick over bytes: finds all of many strings in one pass whose time
 * does not depend on how many there are. Nodes are numbers; 0 is the root. Immutable once made.
 */
final class ValueTrie {
  private static final int NONE = 0; // The root is nobody's child.

  private byte[] label = new byte[64];
  private int[] firstChild = new int[64];
  private int[] sibling = new int[64];
  private int[] fail = new int[64];
  private int[] depth = new int[64];
  private int[] longest = new int[64];
  private final int[] fromRoot = new int[256];
  private int size = 1;

  private ValueTrie() {}

  static ValueTrie of(Collection<byte[]> values) {
    ValueTrie trie = new ValueTrie();
    for (byte[] value : values) {
      trie.add(value);
    }
    trie.link();
    return trie;
  }

  /** The first position from {@code from} on at which a string may begin, or {@code to}. */
  int skipToFirst(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && fromRoot[bytes[at] & 0xff] == NONE) {
      at++;
    }
    return at;
  }

  int next(int node, byte b) {
    int at = node;
    while (true) {
      int child = child(at, b);
      if (child != NONE || at == 0) {
        return child;
      }
      at = fail[at];
    }
  }

  /** How many of the last bytes begin some string. */
  int depth(int node) {
    return depth[node];
  }

  /** The length of the longest string that ends here; 0 for none. */
  int longestEndingAt(int node) {
    return longest[node];
  }

  private int child(int node, byte b) {
    if (node == 0) {
      return fromRoot[b & 0xff];
    }
    int child = firstChild[node];
    while (child != NONE && label[child] != b) {
      child = sibling[child];
    }
    return child;
  }

  private void add(byte[] value) {
    int node = 0;
    for (byte b : value) {
      int child = child(node, b);
      node = child == NONE ? append(node, b) : child;
    }
    longest[node] = depth[node];
  }

  private int append(int parent, byte b) {
    if (size == label.length) {
      grow();
    }
    int node = size++;
    label[node] = b;
    depth[node] = depth[parent] + 1;
    if (parent == 0) {
      fromRoot[b & 0xff] = node;
    }
    sibling[node] = firstChild[parent];
    firstChild[parent] = node;
    return node;
  }

  private void grow() {
    int capacity = 2 * size;
    label = Arrays.copyOf(label, capacity);
    firstChild = Arrays.copyOf(firstChild, capacity);
    sibling = Arrays.copyOf(sibling, capacity);
    fail = Arrays.copyOf(fail, capacity);
    depth = Arrays.copyOf(depth, capacity);
    longest = Arrays.copyOf(longest, capacity);
  }

  /** Links each node, breadth first, to the longest other string beginning that it ends with. */
  private void link() {
    int[] queue = new int[size];
    int head = 0;
    int tail = 0;
    queue[tail++] = 0;
    while (head < tail) {
      int node = queue[head++];
      for (int child = firstChild[node]; child != NONE; child = sibling[child]) {
        fail[child] = node == 0 ? 0 : next(fail[node], label[child]);
        longest[child] = Math.max(longest[child], longest[fail[child]]);
        queue[tail++] = child;
      }
    }
  }
}
