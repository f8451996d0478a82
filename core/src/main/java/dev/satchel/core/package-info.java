/** What Satchel does, with nothing of how: rules live here, adapters in the server. */
@NullMarked
package dev.satchel.core;

import org.jspecify.annotations.NullMarked;
