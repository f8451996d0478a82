package dev.satchel.server.http;

import dev.satchel.api.TokenCreated;
import dev.satchel.api.TokenItem;
import dev.satchel.core.RefusedException;
import dev.satchel.core.access.Actor;
import dev.satchel.core.access.Role;
import dev.satchel.core.access.Token;
import dev.satchel.core.access.Tokens;
import dev.satchel.core.application.ApplicationId;
import dev.satchel.core.application.CollectionName;
import dev.satchel.core.application.PartId;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.volume.VolumeName;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The routes of tokens. */
final class TokenRoutes {
  private final Tokens tokens;

  TokenRoutes(Tokens tokens) {
    this.tokens = tokens;
  }

  void create(Exchange exchange) {
    exchange.allowQuery();
    Fields body = new Fields(exchange.body(), "", "name", "roles", "uses", "expires_at");
    Tokens.Created created =
        tokens.create(
            exchange.actor(),
            body.requiredText("name"),
            roles(body),
            uses(body),
            time(body, "expires_at"));
    Token token = created.token();
    exchange.answer(
        201,
        new TokenCreated(
            token.id(),
            token.name(),
            words(token),
            uses(token),
            token.createdAt(),
            token.expiresAt(),
            created.secret()));
  }

  void list(Exchange exchange) {
    exchange.allowQuery("limit", "page_token");
    String after = exchange.pageKey();
    List<Token> found =
        tokens.list(exchange.actor(), after == null ? "" : after, exchange.limit() + 1);
    exchange.answerPage(found, Token::name, TokenRoutes::item);
  }

  void revoke(Exchange exchange) {
    exchange.allowQuery();
    exchange.answer(200, item(tokens.revoke(exchange.actor(), exchange.path("id"))));
  }

  private static TokenItem item(Token token) {
    return new TokenItem(
        token.id(),
        token.name(),
        words(token),
        uses(token),
        token.createdAt(),
        token.expiresAt(),
        token.lastUsedAt(),
        token.revokedAt());
  }

  private static List<String> words(Token token) {
    return token.roles().stream().map(Role::word).sorted().toList();
  }

  private static List<String> uses(Token token) {
    return token.uses().stream().sorted().toList();
  }

  private static Set<Role> roles(Fields body) {
    Set<Role> roles = new LinkedHashSet<>();
    List<String> words = body.texts("roles");
    for (int i = 0; i < words.size(); i++) {
      roles.add(Role.of(body.at("roles") + "[" + i + "]", words.get(i)));
    }
    return roles;
  }

  /**
   * A bundle's name, a credential's or a volume's after what says that it is one, or a collection's
   * behind that of its application.
   */
  private static String use(String name) {
    if (name.startsWith(Actor.CREDENTIAL_USE)) {
      return Actor.CREDENTIAL_USE
          + new CredentialName(name.substring(Actor.CREDENTIAL_USE.length())).value();
    }
    if (name.startsWith(Actor.VOLUME_USE)) {
      return Actor.VOLUME_USE + new VolumeName(name.substring(Actor.VOLUME_USE.length())).value();
    }
    int slash = name.indexOf('/');
    return slash < 0
        ? new BundleName(name).value()
        : new CollectionName(
                new ApplicationId(name.substring(0, slash)), new PartId(name.substring(slash + 1)))
            .toString();
  }

  private static Set<String> uses(Fields body) {
    Set<String> uses = new LinkedHashSet<>();
    List<String> names = body.texts("uses");
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      uses.add(Fields.at(body.at("uses") + "[" + i + "]", () -> use(name)));
    }
    return uses;
  }

  private static @Nullable Instant time(Fields body, String field) {
    String text = body.text(field);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw RefusedException.invalid(
          field, field + " must be a time such as 2027-01-31T12:00:00Z.");
    }
  }
}
