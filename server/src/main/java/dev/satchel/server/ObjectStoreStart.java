package dev.satchel.server;

import dev.satchel.server.s3.S3Volumes;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the object store: what is wrong for good refuses the start; a service that is away is told
 * of, and taken up once it is there.
 */
final class ObjectStoreStart {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectStoreStart.class);

  private ObjectStoreStart() {}

  /**
   * @return null where all volumes are on disk
   * @throws IllegalStateException with the one reason for which the store cannot be used
   */
  static @Nullable S3Volumes open(ObjectStoreOptions options, InstantSource clock) {
    ObjectStoreOptions.Place place = options.place();
    if (place == null) {
      return null;
    }
    String away = place.tried();
    if (!away.isEmpty()) {
      LOG.warn("{} The server starts without it, and tries again whenever it is needed.", away);
    }
    return new S3Volumes(place.bucket(), place::region, place.movedFrom(), place.keys(), clock);
  }
}
