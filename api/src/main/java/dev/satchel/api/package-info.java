/**
 * The wire contract of {@code /v1}: the shapes of its answers, its paths, and the OpenAPI document
 * itself.
 */
@NullMarked
package dev.satchel.api;

import org.jspecify.annotations.NullMarked;
