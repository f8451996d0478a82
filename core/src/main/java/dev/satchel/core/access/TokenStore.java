package dev.satchel.core.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps tokens by the hash of what they are. */
public interface TokenStore {
  void insert(Token token, byte[] hash);

  Optional<Token> findByHash(byte[] hash);

  /** In a unit of work that writes, the token is then held against others until it ends. */
  Optional<Token> find(String workspace, String id);

  /** Tokens that are not revoked, by name. */
  List<Token> list(String workspace, String afterName, int limit);

  boolean nameTaken(String workspace, String name);

  /**
   * Whether a token of a role opens at a time, besides this one. In a unit of work that writes,
   * those that do are then held against others until it ends.
   */
  boolean another(String workspace, Role role, String besidesId, Instant at);

  /** How many tokens there are in all workspaces, revoked ones too. */
  long count();

  void revoke(String id, Instant at);

  void used(String id, Instant at);

  /**
   * Forgets tokens that were revoked or have expired before a time, at most so many.
   *
   * @return how many
   */
  int removeEndedBefore(Instant time, int limit);
}
