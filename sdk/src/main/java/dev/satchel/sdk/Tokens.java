package dev.satchel.sdk;

import dev.satchel.api.Paths;
import dev.satchel.api.TokenCreated;
import dev.satchel.api.TokenItem;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The tokens of the server, which are an admin's business. Thread-safe. */
public final class Tokens {
  private final Transport transport;

  Tokens(Transport transport) {
    this.transport = transport;
  }

  /**
   * All tokens, without what they open.
   *
   * @return in the server's order
   */
  public Listing<TokenItem> list() {
    return new Listing<>(transport, Call.get(Paths.TOKENS), TokenItem.class);
  }

  /**
   * Makes a token. Never repeated by the client.
   *
   * @param name unique among tokens that are not revoked
   * @param request is given what to fill
   * @return the only answer that ever carries the token; it does not print it
   * @throws AlreadyExists where there is one of this name
   */
  public TokenCreated create(String name, Consumer<TokenRequest> request) {
    return Waiting.on(createAsync(name, request));
  }

  /**
   * As {@link #create}.
   *
   * @param name of the token
   * @param request is given what to fill, before this returns
   * @return what create would answer or throw
   */
  public CompletableFuture<TokenCreated> createAsync(String name, Consumer<TokenRequest> request) {
    TokenRequest filled = new TokenRequest();
    request.accept(filled);
    return transport.send(
        Call.post(Paths.TOKENS, filled.body(name)), answer -> answer.as(TokenCreated.class));
  }

  /**
   * Revokes a token: it opens nothing from the next request on.
   *
   * @param id as the list shows it
   * @return the token as it is now
   * @throws NotFound where there is none
   * @throws Conflict where it is the last that an admin has
   */
  public TokenItem revoke(String id) {
    return Waiting.on(revokeAsync(id));
  }

  /**
   * As {@link #revoke}.
   *
   * @param id as the list shows it
   * @return what revoke would answer or throw
   */
  public CompletableFuture<TokenItem> revokeAsync(String id) {
    return transport.send(
        Call.delete(Paths.TOKENS + "/" + Call.segment(id)), answer -> answer.as(TokenItem.class));
  }

  @Override
  public String toString() {
    return "Tokens[" + transport.settings().url() + "]";
  }
}
