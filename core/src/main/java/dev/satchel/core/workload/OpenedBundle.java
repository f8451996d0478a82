package dev.satchel.core.workload;

import dev.satchel.core.secret.BundleName;

/** Which bundle and revision an attempt opened. */
public record OpenedBundle(BundleName name, String bundleId, long revision) {}
