package dev.satchel.core.access;

import dev.satchel.core.RefusedException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a token is for. What is not listed is not allowed. */
public enum Role {
  ADMIN(EnumSet.allOf(Permission.class)),
  /** Keeps bundles, volumes and applications; starts nothing. */
  WRITER(
      EnumSet.of(
          Permission.READ_SECRETS,
          Permission.WRITE_SECRETS,
          Permission.READ_VOLUMES,
          Permission.WRITE_VOLUMES,
          Permission.READ_VOLUME_FILES,
          Permission.READ_APPLICATIONS,
          Permission.WRITE_APPLICATIONS)),
  /** Starts workloads with the bundles that its token names. */
  RUNNER(
      EnumSet.of(
          Permission.READ_SECRETS,
          Permission.READ_VOLUMES,
          Permission.READ_WORKLOADS,
          Permission.RUN_WORKLOADS,
          Permission.READ_APPLICATIONS)),
  /** Reads the values of collections back, and does nothing else. */
  REVEALER(EnumSet.of(Permission.REVEAL_COLLECTIONS)),
  /** Sees names and states. */
  AUDITOR(
      EnumSet.of(
          Permission.READ_SECRETS,
          Permission.READ_VOLUMES,
          Permission.READ_WORKLOADS,
          Permission.READ_APPLICATIONS,
          Permission.READ_METRICS));

  @SuppressWarnings("ImmutableEnumChecker") // Copied, and never changed after.
  private final Set<Permission> permissions;

  Role(Set<Permission> permissions) {
    this.permissions = Set.copyOf(permissions);
  }

  public boolean allows(Permission permission) {
    return permissions.contains(permission);
  }

  /** The role's name as users write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a role's name; INVALID, with all names, where there is none such. */
  public static Role of(String field, String word) {
    return Arrays.stream(values())
        .filter(role -> role.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                RefusedException.invalid(
                    field,
                    field + " is not a role. The roles are " + String.join(", ", words()) + "."));
  }

  private static List<String> words() {
    return Arrays.stream(values()).map(Role::word).toList();
  }
}
