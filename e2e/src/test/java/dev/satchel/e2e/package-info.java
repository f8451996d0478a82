/**
 * What is shipped, run as users run it: the launcher, the server's process, the command line, real
 * jobs.
 */
@NullMarked
package dev.satchel.e2e;

import org.jspecify.annotations.NullMarked;
