/** Text for people: tables, ages, colour where a terminal shows it. */
@NullMarked
package dev.satchel.cli.output;

import org.jspecify.annotations.NullMarked;
