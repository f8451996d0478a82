/** Which server to talk to, and which token may be sent to it. */
@NullMarked
package dev.satchel.cli.discovery;

import org.jspecify.annotations.NullMarked;
