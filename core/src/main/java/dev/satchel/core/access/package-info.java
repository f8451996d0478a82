/** Who may do what: workspaces, tokens, roles. */
@NullMarked
package dev.satchel.core.access;

import org.jspecify.annotations.NullMarked;
