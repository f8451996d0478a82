/** Runs attempts as containers, through the container CLI as the machine's users know it. */
@NullMarked
package dev.satchel.server.docker;

import org.jspecify.annotations.NullMarked;
