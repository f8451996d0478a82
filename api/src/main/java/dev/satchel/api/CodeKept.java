package dev.satchel.api;

/** A jar that is kept under its digest. */
public record CodeKept(String sha256, long sizeBytes) {}
