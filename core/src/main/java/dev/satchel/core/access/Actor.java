package dev.satchel.core.access;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.volume.VolumeName;
import java.util.Set;

/**
 * Who acts, where, from which address.
 *
 * @param uses names of bundles that a token without the admin role may hand to workloads, of
 *     credentials and volumes, after {@link #CREDENTIAL_USE} and {@link #VOLUME_USE}, that its
 *     workloads may use, and of secrets collections, behind their application's and a {@code /}
 * @param from the address the request came from; empty for Satchel's own acts
 */
public record Actor(
    String workspace,
    String tokenId,
    String tokenName,
    Set<Role> roles,
    Set<String> uses,
    String from) {
  /** How a token's {@code uses} name a credential; what has no such beginning names a bundle. */
  public static final String CREDENTIAL_USE = "credential/";

  /** How they name a volume. */
  public static final String VOLUME_USE = "volume/";

  public Actor {
    roles = Set.copyOf(roles);
    uses = Set.copyOf(uses);
  }

  /** Satchel itself, on behalf of a workspace: a retry, a recovery. */
  public static Actor satchel(String workspace) {
    return new Actor(workspace, "", "satchel", Set.of(), Set.of(), "");
  }

  /** Whether this is the machine's owner. */
  public boolean isAdmin() {
    return roles.contains(Role.ADMIN);
  }

  /** Refuses with FORBIDDEN where no role allows it. */
  public void require(Permission permission) {
    if (!allows(permission)) {
      throw new RefusedException(
          Reason.FORBIDDEN,
          "This token may not do that: it lacks the permission "
              + permission
              + ". Ask an admin for a token with a role that has it.");
    }
  }

  private boolean allows(Permission permission) {
    return roles.stream().anyMatch(role -> role.allows(permission));
  }

  /**
   * Refuses with FORBIDDEN where this token may not hand the bundle to a workload, or see what such
   * a one prints.
   */
  public void requireUse(BundleName name) {
    if (!isAdmin() && !uses.contains(name.value())) {
      throw new RefusedException(
              Reason.FORBIDDEN,
              "This token may not use the secret \""
                  + name
                  + "\". Ask an admin for a token made with \"uses\": [\""
                  + name
                  + "\"].")
          .with("name", name.value());
    }
  }

  /** Whether this token may let a workload use the credential. */
  public boolean mayUse(CredentialName name) {
    return isAdmin() || uses.contains(CREDENTIAL_USE + name.value());
  }

  /** Refuses with FORBIDDEN where this token may not let a workload use the credential. */
  public void requireUse(CredentialName name) {
    if (!mayUse(name)) {
      throw new RefusedException(
              Reason.FORBIDDEN,
              "This token may not use the credential \""
                  + name
                  + "\". Ask an admin for a token made with \"uses\": [\""
                  + CREDENTIAL_USE
                  + name
                  + "\"].")
          .with("name", name.value());
    }
  }

  /**
   * Refuses with FORBIDDEN where this token may not mount the volume in a workload, or see what
   * such a one prints. Who may read and write all files of volumes without a workload may.
   */
  public void requireUse(VolumeName name) {
    boolean mayAnyway = allows(Permission.WRITE_VOLUMES) && allows(Permission.READ_VOLUME_FILES);
    if (!mayAnyway && !uses.contains(VOLUME_USE + name.value())) {
      throw new RefusedException(
              Reason.FORBIDDEN,
              "This token may not use the volume \""
                  + name
                  + "\". Ask an admin for a token made with \"uses\": [\""
                  + VOLUME_USE
                  + name
                  + "\"].")
          .with("name", name.value());
    }
  }
}
