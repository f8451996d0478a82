package dev.satchel.server.store;

import dev.satchel.core.credential.Credential;
import dev.satchel.core.credential.CredentialKind;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.credential.CredentialStore;
import dev.satchel.core.credential.SealedField;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Credentials and their boxes as rows. */
final class CredentialRows implements CredentialStore {
  private static final String COLUMNS =
      "id, workspace, name, kind, settings, revision, created_at, updated_at";

  private final Sql sql;

  CredentialRows(Sql sql) {
    this.sql = sql;
  }

  @Override
  public Optional<Credential> find(String workspace, CredentialName name) {
    return sql.first(
        "SELECT " + COLUMNS + " FROM credentials WHERE workspace = ? AND name = ?",
        row -> credential(row),
        workspace,
        name.value());
  }

  @Override
  public List<SealedField> fields(String credentialId) {
    return sql.list(
        "SELECT name, box FROM credential_fields WHERE credential_id = ? ORDER BY name",
        row -> new SealedField(row.getString(1), row.getBytes(2)),
        credentialId);
  }

  @Override
  public void insert(Credential credential, List<SealedField> fields) {
    sql.run(
        """
        INSERT INTO credentials (id, workspace, name, kind, settings, revision, created_at,
          updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        credential.id(),
        credential.workspace(),
        credential.name().value(),
        credential.kind().word(),
        SpecJson.writeMap(credential.settings()),
        credential.revision(),
        Times.micros(credential.createdAt()),
        Times.micros(credential.updatedAt()));
    insertFields(credential, fields);
  }

  @Override
  public void replace(Credential credential, List<SealedField> fields) {
    sql.run(
        "UPDATE credentials SET kind = ?, settings = ?, revision = ?, updated_at = ? WHERE id = ?",
        credential.kind().word(),
        SpecJson.writeMap(credential.settings()),
        credential.revision(),
        Times.micros(credential.updatedAt()),
        credential.id());
    sql.run("DELETE FROM credential_fields WHERE credential_id = ?", credential.id());
    insertFields(credential, fields);
  }

  @Override
  public void delete(String credentialId) {
    sql.run("DELETE FROM credentials WHERE id = ?", credentialId);
  }

  @Override
  public List<Credential> ofKind(String workspace, CredentialKind kind) {
    return sql.list(
        "SELECT " + COLUMNS + " FROM credentials WHERE workspace = ? AND kind = ? ORDER BY name",
        row -> credential(row),
        workspace,
        kind.word());
  }

  @Override
  public List<Credential> list(String workspace, String after, int limit) {
    return sql.list(
        "SELECT "
            + COLUMNS
            + " FROM credentials WHERE workspace = ? AND name > ? ORDER BY name LIMIT ?",
        row -> credential(row),
        workspace,
        after,
        limit);
  }

  private void insertFields(Credential credential, List<SealedField> fields) {
    for (SealedField field : fields) {
      sql.run(
          "INSERT INTO credential_fields (credential_id, name, box) VALUES (?, ?, ?)",
          credential.id(),
          field.name(),
          field.box());
    }
  }

  private static Credential credential(ResultSet row) throws SQLException {
    return new Credential(
        row.getString(1),
        row.getString(2),
        new CredentialName(row.getString(3)),
        CredentialKind.of("kind", row.getString(4)),
        SpecJson.readMap(row.getString(5)),
        row.getLong(6),
        Times.instant(row, 7),
        Times.instant(row, 8));
  }
}
