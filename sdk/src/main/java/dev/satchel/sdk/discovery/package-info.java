/**
 * Which server to talk to, and which token may be sent to it. Part of the SDK's inside, and of the
 * command line.
 */
@NullMarked
package dev.satchel.sdk.discovery;

import org.jspecify.annotations.NullMarked;
