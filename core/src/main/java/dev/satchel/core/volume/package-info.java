/** Named storage that outlives the workloads that mount it, and what a mount of a workload is. */
@NullMarked
package dev.satchel.core.volume;

import org.jspecify.annotations.NullMarked;
