/** What every command has at hand: surroundings, options that all share, the server, exit codes. */
@NullMarked
package dev.satchel.cli.session;

import org.jspecify.annotations.NullMarked;
