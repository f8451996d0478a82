/** Keeps everything in a SQL database. */
@NullMarked
package dev.satchel.server.store;

import org.jspecify.annotations.NullMarked;
