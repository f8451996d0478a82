package dev.satchel.server.http;

import dev.satchel.api.CredentialDetail;
import dev.satchel.api.CredentialItem;
import dev.satchel.api.SecretDeleted;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.Credential;
import dev.satchel.core.credential.CredentialKind;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.Credentials;
import dev.satchel.core.secret.SecretValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The routes of credentials. No answer of theirs has a place for a secret field. */
final class CredentialRoutes {
  private final Credentials credentials;

  CredentialRoutes(Credentials credentials) {
    this.credentials = credentials;
  }

  void put(Exchange exchange) {
    exchange.allowQuery();
    CredentialName name = new CredentialName(exchange.path("name"));
    Fields body = new Fields(exchange.body(), "", "kind", "fields");
    CredentialKind kind = CredentialKind.of("kind", body.requiredText("kind"));
    Map<String, SecretValue> fields = new LinkedHashMap<>();
    try {
      read(body, fields);
      Credentials.Detail written = credentials.put(exchange.actor(), name, kind, fields);
      exchange.answer(written.credential().revision() == 1 ? 201 : 200, detail(written));
    } finally {
      fields.values().forEach(SecretValue::close);
    }
  }

  void list(Exchange exchange) {
    exchange.allowQuery("limit", "page_token");
    String after = exchange.pageKey();
    List<Credential> found =
        credentials.list(exchange.actor(), after == null ? "" : after, exchange.limit() + 1);
    exchange.answerPage(found, last -> last.name().value(), CredentialRoutes::item);
  }

  void get(Exchange exchange) {
    exchange.allowQuery();
    CredentialName name = new CredentialName(exchange.path("name"));
    exchange.answer(200, detail(credentials.detail(exchange.actor(), name)));
  }

  void delete(Exchange exchange) {
    exchange.allowQuery("force");
    Credentials.Deleted deleted =
        credentials.delete(
            exchange.actor(), new CredentialName(exchange.path("name")), exchange.flag("force"));
    Credential credential = deleted.credential();
    exchange.answer(
        200,
        new SecretDeleted(
            credential.name().value(), credential.id(), credential.revision(), deleted.holders()));
  }

  private static void read(Fields body, Map<String, SecretValue> into) {
    Map<String, String> fields = body.textMap("fields");
    if (fields == null) {
      throw RefusedException.invalid("fields", "fields is missing; it must be an object of texts.");
    }
    fields.forEach(
        (field, value) ->
            into.put(field, SecretValue.ofText("fields, member " + (into.size() + 1), value)));
  }

  private static CredentialItem item(Credential credential) {
    return new CredentialItem(
        credential.name().value(),
        credential.id(),
        credential.kind().word(),
        credential.settings(),
        credential.revision(),
        credential.createdAt(),
        credential.updatedAt());
  }

  private static CredentialDetail detail(Credentials.Detail detail) {
    Credential credential = detail.credential();
    return new CredentialDetail(
        credential.name().value(),
        credential.id(),
        credential.kind().word(),
        credential.settings(),
        detail.redacted(),
        credential.revision(),
        credential.createdAt(),
        credential.updatedAt(),
        detail.holders());
  }
}
