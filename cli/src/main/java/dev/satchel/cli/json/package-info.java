/** JSON as a tree, read and written by streaming, because binding costs start-up time. */
@NullMarked
package dev.satchel.cli.json;

import org.jspecify.annotations.NullMarked;
