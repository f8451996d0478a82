/** Small programs that use the SDK. Each finds its server as the command line does. */
@NullMarked
package dev.satchel.examples;

import org.jspecify.annotations.NullMarked;
