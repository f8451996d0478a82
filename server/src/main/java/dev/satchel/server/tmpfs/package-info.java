/** Where values lie outside of the store: on tmpfs, ours alone. */
@NullMarked
package dev.satchel.server.tmpfs;

import org.jspecify.annotations.NullMarked;
