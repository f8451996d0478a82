/**
 * Runs a Java method that was named elsewhere: reads its arguments as JSON, calls it, and answers
 * what it returned or threw. Part of the inside of the SDK: not for its callers.
 */
@NullMarked
package dev.satchel.runner;

import org.jspecify.annotations.NullMarked;
