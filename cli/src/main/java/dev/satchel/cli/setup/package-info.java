/** The commands of the first five minutes: log in, serve, look around, find what is wrong. */
@NullMarked
package dev.satchel.cli.setup;

import org.jspecify.annotations.NullMarked;
