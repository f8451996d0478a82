/** Bundles of secrets: their names, entries, revisions and boxes. */
@NullMarked
package dev.satchel.core.secret;

import org.jspecify.annotations.NullMarked;
