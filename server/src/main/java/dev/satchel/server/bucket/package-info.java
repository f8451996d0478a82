/** Buckets mounted by rclone, tried and opened by S3's own protocol. */
@NullMarked
package dev.satchel.server.bucket;

import org.jspecify.annotations.NullMarked;
