/** Seals by libsodium. */
@NullMarked
package dev.satchel.server.sodium;

import org.jspecify.annotations.NullMarked;
