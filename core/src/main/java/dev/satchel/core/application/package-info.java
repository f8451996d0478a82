/** Applications: decision models with their versions, instances and secrets collections. */
@NullMarked
package dev.satchel.core.application;

import org.jspecify.annotations.NullMarked;
