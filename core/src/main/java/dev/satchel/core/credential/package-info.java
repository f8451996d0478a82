/** Named, encrypted access to what Satchel itself calls on: registries, accounts, engines. */
@NullMarked
package dev.satchel.core.credential;

import org.jspecify.annotations.NullMarked;
