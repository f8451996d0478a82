/** The commands about applications: decision models with their secrets collections and runs. */
@NullMarked
package dev.satchel.cli.application;

import org.jspecify.annotations.NullMarked;
