package dev.satchel.core.credential;

import java.util.List;
import java.util.Optional;

/** Keeps credentials and the boxes of their secret fields. */
public interface CredentialStore {
  Optional<Credential> find(String workspace, CredentialName name);

  /** The boxes of a credential, by the field's name. */
  List<SealedField> fields(String credentialId);

  /** Adds a credential of revision 1. */
  void insert(Credential credential, List<SealedField> fields);

  /** Replaces all of a credential by its next revision; its kind may be another. */
  void replace(Credential credential, List<SealedField> fields);

  /** Deletes a credential and its boxes for good. */
  void delete(String credentialId);

  /** All credentials of a kind, by name. */
  List<Credential> ofKind(String workspace, CredentialKind kind);

  /**
   * Credentials by name.
   *
   * @param after the name that the page comes after; empty for the first
   */
  List<Credential> list(String workspace, String after, int limit);
}
