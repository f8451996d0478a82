/**
 * Tunnels to the hosts that are reached over SSH, each kept open for as long as the server runs.
 */
@NullMarked
package dev.satchel.server.ssh;

import org.jspecify.annotations.NullMarked;
