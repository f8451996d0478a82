/** Requests to a server, and nothing about what they mean. */
@NullMarked
package dev.satchel.cli.http;

import org.jspecify.annotations.NullMarked;
