/** The one way to what is kept: units of work. */
@NullMarked
package dev.satchel.core.store;

import org.jspecify.annotations.NullMarked;
