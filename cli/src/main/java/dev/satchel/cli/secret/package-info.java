/** The commands about bundles. */
@NullMarked
package dev.satchel.cli.secret;

import org.jspecify.annotations.NullMarked;
