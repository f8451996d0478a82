package dev.satchel.core.workload;

import java.nio.file.Path;

/**
 * What an attempt that has ended left behind on the server's own machine. Whatever lies there is a
 * job's: links in it may lead anywhere.
 *
 * @param directory its working directory
 * @param output what it printed, where that was kept as output; else no such file is there
 */
public record Remains(Path directory, Path output) {}
