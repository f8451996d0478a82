/** Runs attempts as processes of this machine, each with a parent that outlives the server. */
@NullMarked
package dev.satchel.server.process;

import org.jspecify.annotations.NullMarked;
