package dev.satchel.api;

import org.jspecify.annotations.Nullable;

/**
 * A bucket that a workload mounts.
 *
 * @param prefix null for all of the bucket
 * @param accessKeySecret the name of a secret, or {@code NAME/KEY}; never a key
 * @param secretKeySecret likewise
 */
public record BucketItem(
    String bucketName,
    String endpointUrl,
    String region,
    @Nullable String prefix,
    boolean forcePathStyle,
    String accessKeySecret,
    String secretKeySecret) {}
