/** The commands about volumes and their files. */
@NullMarked
package dev.satchel.cli.volume;

import org.jspecify.annotations.NullMarked;
