/** A whole server for the tests of what uses one. */
@NullMarked
package dev.satchel.testkit;

import org.jspecify.annotations.NullMarked;
