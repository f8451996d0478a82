/**
 * The server: how what core decides is done. Adapters do not know one another; Main knows them all.
 */
@NullMarked
package dev.satchel.server;

import org.jspecify.annotations.NullMarked;
