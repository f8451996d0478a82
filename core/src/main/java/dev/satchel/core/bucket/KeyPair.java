package dev.satchel.core.bucket;

import dev.satchel.core.secret.SecretValue;

/**
 * What opens a bucket, in the clear; whoever holds it closes it.
 *
 * @param seen which revisions of which bundles it was read from
 */
public record KeyPair(SecretValue accessKey, SecretValue secretKey, String seen)
    implements AutoCloseable {
  @Override
  public void close() {
    accessKey.close();
    secretKey.close();
  }
}
