/** Values as people hand them over: arguments, files, the environment, a prompt. */
@NullMarked
package dev.satchel.cli.input;

import org.jspecify.annotations.NullMarked;
