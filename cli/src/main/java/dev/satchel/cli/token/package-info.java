/** The commands about tokens. */
@NullMarked
package dev.satchel.cli.token;

import org.jspecify.annotations.NullMarked;
