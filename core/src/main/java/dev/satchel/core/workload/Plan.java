package dev.satchel.core.workload;

import dev.satchel.core.credential.CredentialName;
import dev.satchel.core.secret.Bundle;
import dev.satchel.core.secret.BundleName;
import dev.satchel.core.secret.Place;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a submit would do.
 *
 * @param access what its credentials come to
 * @param origins where each variable and file comes from, by place
 * @param bundles the bundles that are used, with their places
 * @param problems what would refuse the submit; empty where nothing would
 */
public record Plan(
    WorkloadSpec spec,
    String isolation,
    Access access,
    Map<Place, Origin> origins,
    Map<Bundle, List<Place>> bundles,
    List<String> problems) {

  /**
   * Which credentials are used beside the one that is named.
   *
   * @param runsOn the docker credential whose engine serves it; null for this server's own
   * @param login with which its image would be pulled; null where none fits
   */
  public record Access(@Nullable CredentialName runsOn, @Nullable CredentialName login) {
    static final Access NONE = new Access(null, null);
  }

  /**
   * Where one variable or file comes from.
   *
   * @param bundle null for a visible variable
   * @param overridden bundles that name the place too and lose
   */
  public record Origin(@Nullable BundleName bundle, List<BundleName> overridden) {}
}
