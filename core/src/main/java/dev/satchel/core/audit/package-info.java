/** What was done, by whom, to what. */
@NullMarked
package dev.satchel.core.audit;

import org.jspecify.annotations.NullMarked;
