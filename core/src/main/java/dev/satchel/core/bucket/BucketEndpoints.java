package dev.satchel.core.bucket;

import dev.satchel.core.bucket.Addresses.Network;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Which services buckets may be at, of tokens other than an admin's: the server asks them, and
 * could be sent to what only this machine reaches. Thread-safe.
 */
public final class BucketEndpoints {
  private static final Duration LOOKUP_MAX = Duration.ofSeconds(5);

  /** Each on the open internet. */
  public static final BucketEndpoints PUBLIC = of("public");

  private final Names names;
  private final Duration lookupMax;
  private final boolean anywhere;
  private final boolean publicly;
  private final Set<String> hosts = new HashSet<>();
  private final List<Network> networks = new ArrayList<>();
  private final String text;

  /** Looks up names of hosts. */
  interface Names {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  /**
   * @param lookupMax what takes longer to be looked up is not waited for
   */
  BucketEndpoints(String text, Names names, Duration lookupMax) {
    this.text = text;
    this.names = names;
    this.lookupMax = lookupMax;
    List<String> words = List.of(text.toLowerCase(Locale.ROOT).split("[,\\s]+", -1));
    this.anywhere = words.contains("any");
    this.publicly = words.contains("public");
    for (String word : words) {
      if (word.contains("/") || isNumeric(word)) {
        networks.add(network(word));
      } else if (!word.isEmpty()) {
        hosts.add(word);
      }
    }
  }

  /**
   * Reads a list of {@code public}, {@code any}, names of hosts, addresses and networks, parted by
   * commas.
   *
   * @throws IllegalArgumentException where one is of another form; the message names it
   */
  public static BucketEndpoints of(String text) {
    return new BucketEndpoints(text, InetAddress::getAllByName, LOOKUP_MAX);
  }

  private static Network network(String word) {
    try {
      return Network.of(word);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"" + word + "\" is no address and no network, such as 10.0.0.5 or 10.0.0.0/8", e);
    }
  }

  /**
   * Why a bucket may not be named where it is said to be; empty where it may. A host that is not
   * known yet may be, before its start.
   */
  Optional<String> objection(Bucket bucket) {
    return objection(bucket, publicly);
  }

  /** Why a bucket may not be asked where it is said to be; empty where it may. */
  Optional<String> objectionAtStart(Bucket bucket) {
    return objection(bucket, false);
  }

  private Optional<String> objection(Bucket bucket, boolean unknownToo) {
    String host = URI.create(bucket.endpoint()).getHost().toLowerCase(Locale.ROOT);
    if (anywhere || hosts.contains(host)) {
      return Optional.empty();
    }
    String asked = bucket.forcePathStyle() ? host : bucket.name() + "." + host;
    try {
      return isAllowed(addresses(asked)) ? Optional.empty() : Optional.of(notNamed(bucket));
    } catch (UnknownHostException e) {
      return unknownToo
          ? Optional.empty()
          : Optional.of(unclear(bucket, "the name of its host is not known"));
    } catch (TimeoutException e) {
      return Optional.of(unclear(bucket, "looking up the name of its host takes too long"));
    }
  }

  private String notNamed(Bucket bucket) {
    return "The endpoint "
        + bucket.endpoint()
        + " is none of those that tokens other than an admin's may name here ("
        + text
        + "); whoever runs the server can add its host to --bucket-endpoints.";
  }

  private static String unclear(Bucket bucket, String why) {
    return "Whether the endpoint "
        + bucket.endpoint()
        + " may be asked is not clear, since "
        + why
        + ": look at the name, or try again later.";
  }

  private boolean isAllowed(List<InetAddress> addresses) {
    return addresses.stream()
        .allMatch(
            address ->
                (publicly && Addresses.isPublic(address))
                    || networks.stream().anyMatch(network -> network.has(address)));
  }

  /** Forms of addresses that not everybody reads alike are none. */
  private List<InetAddress> addresses(String host) throws UnknownHostException, TimeoutException {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    bare = bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare;
    if (isNumeric(bare)) {
      return List.of(literal(bare));
    }
    return lookedUp(bare);
  }

  private static InetAddress literal(String text) {
    try {
      InetAddress address = InetAddress.ofLiteral(text);
      if (text.contains(":") || address.getHostAddress().equals(text)) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // As below.
    }
    return InetAddress.getLoopbackAddress(); // Never public.
  }

  private static boolean isNumeric(String host) {
    String last = host.substring(host.lastIndexOf('.') + 1);
    return host.contains(":") || (!last.isEmpty() && Character.isDigit(last.charAt(0)));
  }

  /** On a thread of its own: a service of names that hangs keeps nobody else waiting. */
  private List<InetAddress> lookedUp(String host) throws UnknownHostException, TimeoutException {
    CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("lookup")
        .start(
            () -> {
              try {
                found.complete(List.of(names.addresses(host)));
              } catch (UnknownHostException e) {
                found.completeExceptionally(e);
              }
            });
    try {
      return found.get(lookupMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException("interrupted");
    } catch (ExecutionException e) {
      throw new UnknownHostException(host);
    }
  }
}
