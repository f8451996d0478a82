package dev.satchel.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.Credential;
import dev.satchel.core.credential.CredentialKind;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.Credentials;
import dev.satchel.core.secret.SecretValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cloud accounts as anycloud's client keeps them: credentials of the kind {@code cloud} whose
 * provider is one of its five. All their fields but the provider are sealed.
 */
final class AnycloudCredentials {
  private static final int PAGE = 1000;
  private static final List<String> JURISDICTIONS = List.of("default", "eu", "fedramp");

  /** The fields of each provider's account. */
  private record Form(List<String> needed, List<String> optional) {
    String[] known() {
      return java.util.stream.Stream.of(List.of("cloudProvider"), needed, optional)
          .flatMap(List::stream)
          .toArray(String[]::new);
    }
  }

  private static final Map<String, Form> FORMS = forms();

  private final Credentials credentials;

  AnycloudCredentials(Credentials credentials) {
    this.credentials = credentials;
  }

  private static Map<String, Form> forms() {
    Map<String, Form> forms = new LinkedHashMap<>();
    forms.put("AWS", new Form(List.of("accessKeyId", "secretAccessKey"), List.of("sessionToken")));
    forms.put(
        "GCP",
        new Form(
            List.of("clientEmail", "privateKey", "projectId"), List.of("billingExportDataset")));
    forms.put(
        "Azure",
        new Form(List.of("applicationId", "directoryId", "secret", "subscriptionId"), List.of()));
    forms.put("Lambda", new Form(List.of("apiKey"), List.of()));
    forms.put("Cloudflare", new Form(List.of("accountId", "apiToken"), List.of("jurisdiction")));
    return forms;
  }

  void put(Exchange exchange) {
    exchange.allowQuery("overwrite");
    CredentialName name = new CredentialName(exchange.path("name"));
    Map<String, SecretValue> fields = new LinkedHashMap<>();
    try {
      read(exchange.body(), fields);
      var _ =
          exchange.flag("overwrite")
              ? credentials.put(exchange.actor(), name, CredentialKind.CLOUD, fields)
              : credentials.create(exchange.actor(), name, CredentialKind.CLOUD, fields);
      exchange.answerNothing();
    } finally {
      fields.values().forEach(SecretValue::close);
    }
  }

  void list(Exchange exchange) {
    exchange.allowQuery();
    ArrayNode rows = Json.array();
    List<Credential> page = List.of();
    do {
      String after = page.isEmpty() ? "" : page.getLast().name().value();
      page = credentials.list(exchange.actor(), after, PAGE);
      for (Credential credential : page) {
        String provider = providerOf(credential);
        if (provider != null) { // One row of another form would make the client drop them all.
          rows.add(redacted(credential, provider));
        }
      }
    } while (page.size() == PAGE);
    exchange.answer(200, rows);
  }

  void get(Exchange exchange) {
    exchange.allowQuery();
    CredentialName name = new CredentialName(exchange.path("name"));
    Credential credential = credentials.detail(exchange.actor(), name).credential();
    String provider = providerOf(credential);
    if (provider == null) {
      throw new RefusedException(
              Reason.CREDENTIAL_NOT_FOUND,
              "The credential \"" + name + "\" is no account of a provider that this client knows.")
          .with("name", name.value());
    }
    exchange.answer(200, redacted(credential, provider));
  }

  void delete(Exchange exchange) {
    exchange.allowQuery("force");
    CredentialName name = new CredentialName(exchange.path("name"));
    var _ = credentials.delete(exchange.actor(), name, exchange.flag("force"));
    exchange.answerNothing();
  }

  private static void read(ObjectNode body, Map<String, SecretValue> into) {
    String provider = body.path("cloudProvider").asText();
    Form form = FORMS.get(provider);
    if (form == null) {
      throw RefusedException.invalid(
          "cloudProvider", "cloudProvider is one of " + String.join(", ", FORMS.keySet()) + ".");
    }
    Fields fields = new Fields(body, "", form.known());
    into.put("provider", SecretValue.ofText("cloudProvider", provider));
    form.needed().forEach(field -> into.put(snakeCase(field), sealed(field, fields.text(field))));
    for (String field : form.optional()) {
      String value = fields.text(field);
      if (field.equals("jurisdiction") && value != null && !JURISDICTIONS.contains(value)) {
        throw RefusedException.invalid(
            field, field + " is one of " + String.join(", ", JURISDICTIONS) + ".");
      }
      if (value != null) {
        into.put(snakeCase(field), sealed(field, value));
      }
    }
  }

  private static SecretValue sealed(String field, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw RefusedException.invalid(field, field + " is missing; it must be a text.");
    }
    return SecretValue.ofText(field, value);
  }

  /** The provider as the client writes it; null where it knows none such. */
  private static @Nullable String providerOf(Credential credential) {
    String provider = credential.settings().getOrDefault("provider", "");
    return credential.kind() == CredentialKind.CLOUD
        ? FORMS.keySet().stream().filter(provider::equalsIgnoreCase).findFirst().orElse(null)
        : null;
  }

  private static ObjectNode redacted(Credential credential, String provider) {
    return Json.object().put("name", credential.name().value()).put("cloudProvider", provider);
  }

  /** A field's name as credentials have it: {@code access_key_id}. */
  private static String snakeCase(String field) {
    return field.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
