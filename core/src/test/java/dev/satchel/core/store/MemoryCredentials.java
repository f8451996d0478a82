package dev.satchel.core.store;

import dev.satchel.core.credential.Credential;
import dev.satchel.core.credential.CredentialKind;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.CredentialStore;
import dev.satchel.core.credential.SealedField;
import dev.satchel.core.store.Tx.LockKind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Credentials in memory. */
final class MemoryCredentials implements CredentialStore {
  private record Row(Credential credential, List<SealedField> fields) {}

  private final Map<String, Row> rows = new HashMap<>();
  private final MemoryLocks locks;

  MemoryCredentials(MemoryLocks locks) {
    this.locks = locks;
  }

  MemoryCredentials copy(MemoryLocks copiedLocks) {
    MemoryCredentials copy = new MemoryCredentials(copiedLocks);
    copy.rows.putAll(rows);
    return copy;
  }

  @Override
  public Optional<Credential> find(String workspace, CredentialName name) {
    return list(workspace, "", Integer.MAX_VALUE).stream()
        .filter(credential -> credential.name().equals(name))
        .findFirst();
  }

  @Override
  public List<SealedField> fields(String credentialId) {
    Row row = rows.get(credentialId);
    return row == null ? List.of() : row.fields();
  }

  @Override
  public List<Credential> ofKind(String workspace, CredentialKind kind) {
    return list(workspace, "", Integer.MAX_VALUE).stream()
        .filter(credential -> credential.kind() == kind)
        .toList();
  }

  @Override
  public void insert(Credential credential, List<SealedField> fields) {
    requireLock(credential);
    if (find(credential.workspace(), credential.name()).isPresent()) {
      throw new IllegalStateException("the name " + credential.name() + " is taken");
    }
    MemoryTx.add(rows, credential.id(), new Row(credential, sorted(fields)));
  }

  @Override
  public void replace(Credential credential, List<SealedField> fields) {
    rows.put(credential.id(), new Row(credential, sorted(fields)));
  }

  @Override
  public void delete(String credentialId) {
    Row row = rows.remove(credentialId);
    if (row != null) {
      requireLock(row.credential());
    }
  }

  @Override
  public List<Credential> list(String workspace, String after, int limit) {
    return rows.values().stream()
        .map(Row::credential)
        .filter(it -> it.workspace().equals(workspace) && it.name().value().compareTo(after) > 0)
        .sorted(Comparator.comparing(Credential::name))
        .limit(limit)
        .toList();
  }

  private void requireLock(Credential credential) {
    locks.require(credential.workspace(), credential.name(), LockKind.EXCLUSIVE);
  }

  private static List<SealedField> sorted(List<SealedField> fields) {
    return fields.stream().sorted(Comparator.comparing(SealedField::name)).toList();
  }
}
