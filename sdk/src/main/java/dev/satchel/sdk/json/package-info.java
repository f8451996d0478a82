/**
 * JSON as a tree, so that a client brings no library to its caller's class path. Part of the SDK's
 * inside: not for its callers.
 */
@NullMarked
package dev.satchel.sdk.json;

import org.jspecify.annotations.NullMarked;
