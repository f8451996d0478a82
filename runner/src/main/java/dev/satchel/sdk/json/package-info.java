/**
 * JSON as a tree, so that a client brings no library to its caller's class path. Part of the inside
 * of the SDK and of the runner, in whose jar it lies: not for their callers.
 */
@NullMarked
package dev.satchel.sdk.json;

import org.jspecify.annotations.NullMarked;
