/** Named storage that outlives the workloads that mount it. */
@NullMarked
package dev.satchel.core.volume;

import org.jspecify.annotations.NullMarked;
