/** Calls of Java methods, and the jars that they run. */
@NullMarked
package dev.satchel.core.call;

import org.jspecify.annotations.NullMarked;
