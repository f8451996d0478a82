/** The commands about credentials. */
@NullMarked
package dev.satchel.cli.credential;

import org.jspecify.annotations.NullMarked;
