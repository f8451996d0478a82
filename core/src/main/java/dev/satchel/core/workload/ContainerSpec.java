package dev.satchel.core.workload;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a workload that runs an image asks of its container.
 *
 * @param image a reference as container engines take them, such as {@code ghcr.io/me/train:latest}
 * @param user a name or number, and a group's after {@code :}; null for the image's own
 * @param cpus how many at most, such as 1.5; null for all there are
 * @param memoryMib MiB at most; null for all there are
 * @param gpu {@code all}, a number, a kind, or {@code KIND:NUMBER}; null for none
 * @param ports of the container, each reached at the same number on the engine's loopback
 */
public record ContainerSpec(
    String image,
    @Nullable String user,
    @Nullable BigDecimal cpus,
    @Nullable Integer memoryMib,
    @Nullable String gpu,
    List<Integer> ports) {
  public ContainerSpec {
    ports = List.copyOf(ports);
  }

  /** Nothing but an image. */
  public static ContainerSpec of(String image) {
    return new ContainerSpec(image, null, null, null, null, List.of());
  }
}
