/** Buckets of others, shown to workloads as directories. */
@NullMarked
package dev.satchel.core.bucket;

import org.jspecify.annotations.NullMarked;
