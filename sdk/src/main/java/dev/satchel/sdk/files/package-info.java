/**
 * Files on their way here, and their digests. Part of the SDK's inside, and of the command line.
 */
@NullMarked
package dev.satchel.sdk.files;

import org.jspecify.annotations.NullMarked;
