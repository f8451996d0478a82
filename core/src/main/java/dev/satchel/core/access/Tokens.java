package dev.satchel.core.access;

import dev.satchel.core.RandomIds;
import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.audit.Acts;
import dev.satchel.core.audit.AuditRow;
import dev.satchel.core.secret.Sealer;
import dev.satchel.core.store.Store;
import dev.satchel.core.store.Tx;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes, checks and revokes tokens. What a token is leaves this class once, when it is made.
 * Thread-safe.
 */
public final class Tokens {
  /** The workspace that there is at first. */
  public static final String DEFAULT_WORKSPACE = "default";

  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_-]{0,63}");
  private static final Pattern FORM = Pattern.compile("sat_[A-Za-z0-9_-]{43}");
  private static final Duration USE_RECORDED_EVERY = Duration.ofMinutes(1);
  private static final Instant EXPIRY_MAX = Instant.parse("9999-12-31T23:59:59.999999Z");
  private static final int TOKEN_BYTES = 32;

  private final Store store;
  private final Sealer sealer;
  private final InstantSource clock;
  private final Acts acts;
  private final SecureRandom random = new SecureRandom();

  public Tokens(Store store, Sealer sealer, InstantSource clock) {
    this.store = store;
    this.sealer = sealer;
    this.clock = clock;
    this.acts = new Acts(store);
  }

  /** A token and what it is; the caller hands it on and keeps nothing. */
  public record Created(Token token, String secret) {
    @Override
    public String toString() {
      return "Created[token=" + token.id() + ", secret=redacted]";
    }
  }

  /**
   * Makes the first admin token where there is no token at all, otherwise answers none.
   *
   * @param keep makes durable what the token is; called before the token is one. A crash after it
   *     leaves no token, so that the next start makes another; the other way round nobody could
   *     ever open what is there
   */
  public Optional<Token> createFirst(Consumer<String> keep) {
    boolean isFirst = store.read(tx -> tx.tokens().count() == 0);
    if (!isFirst) {
      return Optional.empty();
    }
    Actor nobody = Actor.satchel(DEFAULT_WORKSPACE);
    Created created = newToken(nobody, "admin", Set.of(Role.ADMIN), Set.of(), null);
    byte[] hash = hash(created.secret());
    keep.accept(created.secret());
    return Optional.of(store.write(tx -> insert(tx, nobody, created, hash)).token());
  }

  /**
   * Makes a token.
   *
   * @throws RefusedException INVALID for a name of the wrong form, TOKEN_EXISTS where it is taken
   */
  public Created create(
      Actor actor, String name, Set<Role> roles, Set<String> uses, @Nullable Instant expiresAt) {
    String subject = NAME.matcher(name).matches() ? name : "";
    return acts.recorded(
        now(),
        actor,
        "token.create",
        subject,
        () -> create(newToken(actor, name, roles, uses, expiresAt), actor));
  }

  private Created create(Created created, Actor actor) {
    Token token = created.token();
    String name = token.name();
    checkForm(name, token.roles(), token.expiresAt());
    byte[] hash = hash(created.secret());
    return store.write(
        tx -> {
          if (tx.tokens().nameTaken(actor.workspace(), name)) {
            throw new RefusedException(
                Reason.TOKEN_EXISTS,
                "There is a token named \""
                    + name
                    + "\" already; revoke it first or choose another name.");
          }
          return insert(tx, actor, created, hash);
        });
  }

  public List<Token> list(Actor actor, String afterName, int limit) {
    return store.read(tx -> tx.tokens().list(actor.workspace(), afterName, limit));
  }

  /**
   * Revokes a token at once. TOKEN_NOT_FOUND where there is none such, or it is revoked already;
   * LAST_ADMIN_TOKEN where no other opens as an admin for ever.
   */
  public Token revoke(Actor actor, String id) {
    Instant now = now();
    return acts.run(
        now,
        actor,
        "token.revoke",
        RandomIds.shortIdOrEmpty(id),
        tx -> {
          Token token =
              tx.tokens()
                  .find(actor.workspace(), id)
                  .filter(found -> found.revokedAt() == null)
                  .orElseThrow(Tokens::notFound);
          requireAnotherAdmin(tx, token, now);
          tx.tokens().revoke(id, now);
          tx.audit().append(AuditRow.ok(now, actor, "token.revoke", token.name()));
          return token.revoked(now);
        });
  }

  /**
   * Says who holds a token. Every way of being wrong gets the same answer.
   *
   * @param secret what stood in the header, of any form
   */
  public Actor authenticate(String secret, String from) {
    Instant now = now();
    byte[] hash =
        hash(secret); // Hashed whatever its form is, so that all answers take the same time.
    Token token =
        store
            .read(tx -> tx.tokens().findByHash(hash))
            .filter(found -> FORM.matcher(secret).matches() && found.opensAt(now))
            .orElseThrow(Tokens::unauthenticated);
    recordUse(token, now);
    return new Actor(
        token.workspace(), token.id(), token.name(), token.roles(), token.uses(), from);
  }

  /** Whether the token that somebody acts with opens still. Whoever stays long is asked again. */
  public boolean opensStill(Actor actor) {
    Instant now = now();
    return store
        .read(tx -> tx.tokens().find(actor.workspace(), actor.tokenId()))
        .filter(token -> token.opensAt(now))
        .isPresent();
  }

  /** The answer to whoever shows no good token. */
  public static RefusedException unauthenticated() {
    return new RefusedException(
        Reason.UNAUTHENTICATED,
        "This needs a token that is good here: send \"Authorization: Bearer sat_…\", or run \"satchel login\".");
  }

  private void recordUse(Token token, Instant now) {
    Instant last = token.lastUsedAt();
    if (last == null || last.plus(USE_RECORDED_EVERY).isBefore(now)) {
      Thread.ofVirtual().start(() -> use(token.id(), now)); // The request does not wait for it.
    }
  }

  private void use(String id, Instant now) {
    try {
      store.write(
          tx -> {
            tx.tokens().used(id, now);
            return true;
          });
    } catch (RefusedException e) {
      return; // A full or busy store: the next use records itself.
    }
  }

  private Created insert(Tx tx, Actor actor, Created created, byte[] hash) {
    Token token = created.token();
    tx.tokens().insert(token, hash);
    tx.audit().append(AuditRow.ok(token.createdAt(), actor, "token.create", token.name()));
    return created;
  }

  private Created newToken(
      Actor actor, String name, Set<Role> roles, Set<String> uses, @Nullable Instant expiresAt) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String secret = "sat_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Token token =
        new Token(
            RandomIds.shortId(),
            actor.workspace(),
            name,
            roles,
            uses,
            now(),
            expiresAt,
            null,
            null);
    return new Created(token, secret);
  }

  private void checkForm(String name, Set<Role> roles, @Nullable Instant expiresAt) {
    if (!NAME.matcher(name).matches()) {
      throw RefusedException.invalid(
          "name",
          "A token's name is 1 to 64 letters, digits, \"_\" or \"-\", and begins with a letter.");
    }
    if (roles.isEmpty()) {
      throw RefusedException.invalid("roles", "A token needs at least one role.");
    }
    if (expiresAt != null && !expiresAt.isAfter(now())) {
      throw RefusedException.invalid("expires_at", "expires_at must lie in the future.");
    }
    if (expiresAt != null && expiresAt.isAfter(EXPIRY_MAX)) { // Later ones have no RFC 3339 form.
      throw RefusedException.invalid(
          "expires_at", "expires_at must lie before the year 10000; leave it out for never.");
    }
  }

  private byte[] hash(String secret) {
    return sealer.hash(new byte[0], secret.getBytes(StandardCharsets.UTF_8));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static void requireAnotherAdmin(Tx tx, Token token, Instant now) {
    boolean isAdmin = token.roles().contains(Role.ADMIN) && token.opensAt(now);
    if (isAdmin && !tx.tokens().another(token.workspace(), Role.ADMIN, token.id(), EXPIRY_MAX)) {
      throw new RefusedException(
          Reason.LAST_ADMIN_TOKEN,
          "This is the last admin token that never expires: without one nobody could make another,"
              + " one day. Make one first (satchel token create NAME --role admin), then revoke"
              + " this.");
    }
  }

  private static RefusedException notFound() {
    return new RefusedException(
        Reason.TOKEN_NOT_FOUND,
        "There is no such token; \"satchel token list\" shows those that there are.");
  }
}
