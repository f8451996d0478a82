package dev.satchel.core.volume;

import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.KeySecret;

/**
 * Somebody's bucket at a place of a workload.
 *
 * @param accessKey where the id of the key pair is kept
 * @param secretKey where its secret is
 */
public record BucketMount(
    Bucket bucket, KeySecret accessKey, KeySecret secretKey, String path, boolean readOnly)
    implements MountRequest {}
