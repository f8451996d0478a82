package dev.satchel.core.workload;

import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bundle that a workload asks for.
 *
 * @param as where the only entry of the bundle goes instead of its own place; null for all entries
 *     as they are
 * @param require names of variables or files that the bundle must have; empty for whatever it has
 */
public record SecretUse(BundleName name, @Nullable Place as, List<String> require) {
  public SecretUse {
    require = List.copyOf(require);
  }
}
