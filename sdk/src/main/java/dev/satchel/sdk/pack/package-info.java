/**
 * Directories as they are sent: what a manifest names, as an archive of which the same files always
 * make the same bytes. Part of the SDK's inside, and of the command line.
 */
@NullMarked
package dev.satchel.sdk.pack;

import org.jspecify.annotations.NullMarked;
