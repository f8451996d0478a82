/** Commands that look after the machines on which workloads run. */
@NullMarked
package dev.satchel.cli.host;

import org.jspecify.annotations.NullMarked;
