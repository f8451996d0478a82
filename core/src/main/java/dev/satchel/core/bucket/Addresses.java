package dev.satchel.core.bucket;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/** Networks of addresses. Thread-safe. */
final class Addresses {
  /** Source: the IANA special-purpose address registries; what tunnels to others is among them. */
  private static final List<Network> NOT_PUBLIC =
      List.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "168.63.129.16/32", // Azure's own, which its machines alone reach.
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "224.0.0.0/3",
              "::/96",
              "64:ff9b::/96",
              "64:ff9b:1::/48",
              "2001::/32",
              "2002::/16",
              "fc00::/7",
              "fe80::/9",
              "ff00::/8")
          .stream()
          .map(Network::of)
          .toList();

  private Addresses() {}

  /** Whether an address is another machine's on the open internet, as far as can be told here. */
  static boolean isPublic(InetAddress address) {
    return NOT_PUBLIC.stream().noneMatch(network -> network.has(address)) && !isOwn(address);
  }

  /** Whether it leads to this machine, where more may be reached than from elsewhere. */
  static boolean isOwn(InetAddress address) {
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return true; // It cannot be told.
    }
  }

  /** All addresses that begin with the same bits. */
  record Network(InetAddress first, int bits) {
    /**
     * Reads {@code ADDRESS} or {@code ADDRESS/BITS}.
     *
     * @throws IllegalArgumentException where it is neither
     */
    static Network of(String text) {
      int slash = text.indexOf('/');
      InetAddress first = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
      int most = first.getAddress().length * 8;
      int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > most) {
        throw new IllegalArgumentException("no network has so many bits");
      }
      return new Network(first, bits);
    }

    boolean has(InetAddress address) {
      byte[] one = first.getAddress();
      byte[] other = address.getAddress();
      if (one.length != other.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((one[bit / 8] & mask) != (other[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }
}
