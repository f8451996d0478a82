/** The commands about workloads. */
@NullMarked
package dev.satchel.cli.workload;

import org.jspecify.annotations.NullMarked;
