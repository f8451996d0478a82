package dev.satchel.api;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a workload asks of its container.
 *
 * @param user null for the image's own
 * @param cpus and {@code memoryMib} its limits; null for none
 * @param gpu null for none
 */
public record ContainerItem(
    String image,
    @Nullable String user,
    @Nullable BigDecimal cpus,
    @Nullable Integer memoryMib,
    @Nullable String gpu,
    List<Integer> ports) {}
