/** Keeps logs, the master key and the marks of a running server in a directory. */
@NullMarked
package dev.satchel.server.disk;

import org.jspecify.annotations.NullMarked;
