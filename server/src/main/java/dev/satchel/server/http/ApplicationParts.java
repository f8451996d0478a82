package dev.satchel.server.http;

import dev.satchel.core.application.ApplicationLimits;
import dev.satchel.core.application.Applications;
import dev.satchel.core.application.CodeStore;
import dev.satchel.core.application.ExecutionClasses;
import dev.satchel.core.application.InputFiles;
import dev.satchel.core.application.Instances;
import dev.satchel.core.application.ManagedInputs;
import dev.satchel.core.application.Runs;
import dev.satchel.core.application.SecretsCollections;
import dev.satchel.core.application.Transfers;
import dev.satchel.core.application.Versions;
import dev.satchel.core.secret.KeyRing;
import dev.satchel.core.store.Store;
import dev.satchel.core.workload.RunFiles;
import dev.satchel.core.workload.Workloads;
import java.time.InstantSource;

/** What the routes of applications act on. */
public record ApplicationParts(
    Applications applications,
    Versions versions,
    Instances instances,
    SecretsCollections collections,
    Runs runs,
    ManagedInputs inputs) {
  public static ApplicationParts of(
      Store store,
      KeyRing ring,
      InstantSource clock,
      ApplicationLimits limits,
      ExecutionClasses classes,
      Workloads workloads,
      RunFiles files,
      InputFiles inputs,
      CodeStore code,
      Transfers transfers) {
    Applications applications = new Applications(store, clock, limits);
    Runs runs =
        new Runs(
            store,
            workloads,
            applications,
            classes,
            files,
            inputs,
            code,
            transfers,
            JsonRequirements::read);
    return new ApplicationParts(
        applications,
        new Versions(store, clock, limits),
        new Instances(store, clock, limits, classes),
        new SecretsCollections(store, ring, clock, limits),
        runs,
        new ManagedInputs(store, clock, limits, inputs, runs));
  }
}
