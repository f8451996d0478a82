/** Workloads and their attempts: what is asked for, how it is started, watched and ended. */
@NullMarked
package dev.satchel.core.workload;

import org.jspecify.annotations.NullMarked;
