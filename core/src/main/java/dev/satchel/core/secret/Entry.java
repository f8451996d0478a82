package dev.satchel.core.secret;

/** A value in the clear and where it goes. */
public record Entry(Place place, SecretValue value) {}
