/**
 * What of a program has to be where its methods run: its class path, as jars with digests, and
 * which method a reference means. Part of the SDK's inside: not for its callers.
 */
@NullMarked
package dev.satchel.sdk.classpath;

import org.jspecify.annotations.NullMarked;
