/** Speaks HTTP: the routes of /v1, and what operators look at. */
@NullMarked
package dev.satchel.server.http;

import org.jspecify.annotations.NullMarked;
