package dev.satchel.examples;

import dev.satchel.api.InstanceItem;
import dev.satchel.api.SecretsCollectionSummary;
import dev.satchel.sdk.Application;
import dev.satchel.sdk.PollingOptions;
import dev.satchel.sdk.RunResult;
import dev.satchel.sdk.Satchel;
import dev.satchel.sdk.SecretEntry;
import dev.satchel.sdk.SecretValue;
import dev.satchel.sdk.SecretsCollection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Pushes a decision model that reads a key and a licence, and runs it with a secrets collection: by
 * an instance, and by a run itself. The first argument is the model's directory.
 */
public final class Model {
  private Model() {}

  public static void main(String[] arguments) {
    try (Satchel satchel = Satchel.fromEnvironment()) {
      satchel.applications().create("example-model");
      Application app = satchel.application("example-model");
      app.push(Path.of(arguments[0]));
      app.versions().create("version-1");

      create(app);
      attach(app);
      run(app);
      manage(app);
      satchel.applications().delete("example-model");
    }
  }

  private static void create(Application app) {
    SecretsCollectionSummary summary =
        app.secretsCollections()
            .create(
                "my-secrets-collection",
                c ->
                    c.name("My Secrets Collection")
                        .description("Sensitive secrets for my application")
                        .secrets(
                            s ->
                                s.env("PROVIDER_API_KEY", "super_secret_value")
                                    .file(
                                        "PROVIDER_LICENSE_FILE",
                                        SecretValue.of("super secret\nlicense\nhere"))));
    System.out.println("made " + summary.id());
  }

  private static void attach(Application app) {
    InstanceItem instance =
        app.instances()
            .create(
                "instance-1",
                i ->
                    i.version("version-1")
                        .name("My Instance")
                        .configuration(c -> c.secretsCollection("my-secrets-collection")));
    System.out.println(
        instance.id() + " is given " + instance.configuration().secretsCollectionId());

    app.instances()
        .update(
            "instance-1", i -> i.configuration(c -> c.secretsCollection("my-secrets-collection")));
  }

  private static void run(Application app) {
    RunResult result =
        app.newRunWithResult(r -> r.input(Map.of("foo", "bar")).instance("instance-1"));
    System.out.println(result.status() + " " + result.outputJson());

    RunResult own =
        app.newRunWithResult(
            r ->
                r.input(Map.of("foo", "bar"))
                    .configuration(c -> c.secretsCollection("my-secrets-collection")),
            PollingOptions.DEFAULT.maxDuration(Duration.ofMinutes(5)));
    System.out.println(own.status() + " " + own.output());

    String run =
        app.newRun(
            r ->
                r.input(Map.of("foo", "bar"))
                    .configuration(c -> c.secretsCollection("my-secrets-collection")));
    app.runResult(run, PollingOptions.DEFAULT);
    System.out.print(app.runLogs(run));
  }

  private static void manage(Application app) {
    try (SecretsCollection collection = app.secretsCollections().reveal("my-secrets-collection")) {
      for (SecretEntry secret : collection.secrets()) {
        System.out.println(secret.location() + ": " + secret.value().text().length());
      }
    }

    app.secretsCollections().list().forEach(summary -> System.out.println(summary.name()));

    app.secretsCollections()
        .update(
            "my-secrets-collection",
            c ->
                c.name("A new name for my secrets collection")
                    .secrets(s -> s.env("PROVIDER_API_KEY", "a_new_secret_value")));
    app.secretsCollections().list().forEach(summary -> System.out.println(summary.name()));

    app.secretsCollections().delete("my-secrets-collection");
  }
}
