/** The program: its tree of commands, one run of it, and how a failure is told. */
@NullMarked
package dev.satchel.cli;

import org.jspecify.annotations.NullMarked;
