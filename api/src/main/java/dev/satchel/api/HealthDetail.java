package dev.satchel.api;

/** Whether the server is up. {@code status} is {@code ok}, or says what is wrong. */
public record HealthDetail(String status, String version) {}
