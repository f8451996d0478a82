package dev.satchel.core.workload;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The automaton of Aho and Corasick over bytes: finds all of many strings in one pass whose time
 * does not depend on how many there are. Nodes are numbers; 0 is the root. Immutable once made.
 *
 * <p>What a string adds to those before it is a chain of nodes with following numbers, so that most
 * nodes need neither a child nor a depth of their own: a node costs 5 bytes, and a chain some more.
 */
final class ValueTrie {
  private static final int NONE = 0; // The root is nobody's child.

  private static final int[] NO_NODES = {};

  private final byte[] label;
  private final int[] fail;
  private final int[] fromRoot = new int[256];
  private int size = 1;
  private int longest;

  /** The chains in the order of their nodes: where each begins, how deep, and how deep it hangs. */
  private final int[] chainStart;

  private final int[] chainDepth;
  private int chains;

  /** By node, the first nodes of the chains that hang from it; the root's are in fromRoot. */
  private final Map<Integer, int[]> branches = new HashMap<>();

  private final BitSet chainEnds = new BitSet();

  /** Where a string ends, by itself or within a longer one, and the longest that does. */
  private final BitSet ends = new BitSet();

  private int[] endNodes = new int[0];
  private int[] endLengths = new int[0];

  private ValueTrie(Collection<byte[]> values) {
    int sizeMax = 1 + values.stream().mapToInt(value -> value.length).sum();
    label = new byte[sizeMax];
    chainStart = new int[values.size()];
    chainDepth = new int[values.size()];
    values.forEach(this::add);
    fail = new int[size];
    link();
  }

  static ValueTrie of(Collection<byte[]> values) {
    return new ValueTrie(values);
  }

  /**
   * The first position from {@code from} on at which a string may begin or a certain byte stands,
   * or {@code to}.
   */
  int skipToFirst(byte[] bytes, int from, int to, byte also) {
    int at = from;
    while (at < to && fromRoot[bytes[at] & 0xff] == NONE && bytes[at] != also) {
      at++;
    }
    return at;
  }

  /** How many bytes the longest string has. */
  int longest() {
    return longest;
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
    if (node == 0) {
      return 0;
    }
    int found = Arrays.binarySearch(chainStart, 0, chains, node);
    int chain = found >= 0 ? found : -found - 2; // The last one that begins before it.
    return chainDepth[chain] + node - chainStart[chain];
  }

  /** The length of the longest string that ends here; 0 for none. */
  int longestEndingAt(int node) {
    return ends.get(node) ? endLengths[Arrays.binarySearch(endNodes, node)] : 0;
  }

  private int child(int node, byte b) {
    if (node == 0) {
      return fromRoot[b & 0xff];
    }
    if (!chainEnds.get(node) && label[node + 1] == b) {
      return node + 1;
    }
    for (int branch : branches.getOrDefault(node, NO_NODES)) {
      if (label[branch] == b) {
        return branch;
      }
    }
    return NONE;
  }

  private void add(byte[] value) {
    longest = Math.max(longest, value.length);
    int node = 0;
    int at = 0;
    while (at < value.length && child(node, value[at]) != NONE) {
      node = child(node, value[at]);
      at++;
    }
    if (at < value.length) {
      hang(node, at + 1, value[at]);
      System.arraycopy(value, at, label, size, value.length - at);
      size += value.length - at;
      node = size - 1;
      chainEnds.set(node);
    }
    ends.set(node);
  }

  /** Begins a chain below a node. */
  private void hang(int parent, int depth, byte first) {
    chainStart[chains] = size;
    chainDepth[chains] = depth;
    chains++;
    if (parent == 0) {
      fromRoot[first & 0xff] = size;
    } else {
      int[] before = branches.getOrDefault(parent, NO_NODES);
      int[] after = Arrays.copyOf(before, before.length + 1);
      after[before.length] = size;
      branches.put(parent, after);
    }
  }

  /** Links each node, breadth first, to the longest other string beginning that it ends with. */
  private void link() {
    int[] queue = new int[size];
    int[] longest = new int[size];
    int tail = 0;
    for (int first : fromRoot) {
      if (first != NONE) {
        queue[tail++] = first;
      }
    }
    for (int head = 0; head < tail; head++) {
      int node = queue[head];
      longest[node] = ends.get(node) ? depth(node) : longest[fail[node]];
      if (!chainEnds.get(node)) {
        queue[tail++] = linked(node, node + 1);
      }
      for (int branch : branches.getOrDefault(node, NO_NODES)) {
        queue[tail++] = linked(node, branch);
      }
    }
    keepEnds(longest);
  }

  private int linked(int parent, int child) {
    fail[child] = next(fail[parent], label[child]);
    return child;
  }

  private void keepEnds(int[] longest) {
    endNodes = IntStream.range(0, size).filter(node -> longest[node] > 0).toArray();
    endLengths = Arrays.stream(endNodes).map(node -> longest[node]).toArray();
    Arrays.stream(endNodes).forEach(ends::set);
  }
}
