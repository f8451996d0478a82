package dev.satchel.sdk;

/**
 * How far a copy is.
 *
 * @param path the file that moved on, within the volume
 * @param fileBytes how much of it there is
 * @param fileSizeBytes how much of it there will be
 * @param files how many files are whole by now
 * @param bytes of all files, whole or not
 */
public record TransferProgress(
    String path, long fileBytes, long fileSizeBytes, int files, long bytes) {}
