package dev.satchel.server.s3;

import dev.satchel.core.Reason;
import dev.satchel.core.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects of the bucket, by their whole names. */
final class S3Objects {
  /** Source: AWS, ListObjectsV2 and DeleteObjects, at most so many. */
  static final int PAGE = 1000;

  private static final int BAD_REQUEST = 400;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int NOT_IMPLEMENTED = 501;

  /** So many pages are removed at a time. */
  private static final int ROUNDS_MAX = 1000;

  /**
   * What services answer that do not remove several at a time, or only with a header that others do
   * not need.
   */
  private static final Set<String> NOT_SEVERAL =
      Set.of("MalformedXML", "NotImplemented", "MissingContentMD5", "InvalidRequest");

  private final S3Connection connection;
  private final int roundsMax;

  S3Objects(S3Connection connection) {
    this(connection, ROUNDS_MAX);
  }

  S3Objects(S3Connection connection, int roundsMax) {
    this.connection = connection;
    this.roundsMax = roundsMax;
  }

  /** What is known of an object; empty where there is none. */
  Optional<HeadObjectResponse> head(String key) {
    return connection.ask(
        client -> {
          try {
            return Optional.of(client.headObject(it -> it.bucket(connection.bucket()).key(key)));
          } catch (S3Exception e) {
            if (S3Connection.isMissing(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  /** Whether any name begins so. */
  boolean isAny(String prefix) {
    return !page(prefix, 1, null).contents().isEmpty();
  }

  /**
   * Names that begin so, in the service's order.
   *
   * @param token of the page before; null for the first
   */
  ListObjectsV2Response page(String prefix, int limit, @Nullable String token) {
    return list(
        ListObjectsV2Request.builder().prefix(prefix).maxKeys(limit).continuationToken(token));
  }

  ListObjectsV2Response list(ListObjectsV2Request.Builder request) {
    ListObjectsV2Request asked = request.bucket(connection.bucket()).build();
    return connection.ask(client -> client.listObjectsV2(asked));
  }

  void remove(String key) {
    var _ =
        connection.ask(
            client -> client.deleteObject(it -> it.bucket(connection.bucket()).key(key)));
  }

  /**
   * Removes all whose names begin so, a page at a time.
   *
   * @throws RefusedException STORE_BUSY where more is left than is removed at a time; also
   *     OBJECT_STORE_UNAVAILABLE, and then too a part may be gone
   */
  void removeAll(String prefix) {
    List<String> before = List.of();
    for (int round = 0; round <= roundsMax; round++) {
      List<String> keys = page(prefix, PAGE, null).contents().stream().map(S3Object::key).toList();
      if (keys.isEmpty()) {
        return;
      }
      if (keys.equals(before)) {
        throw new IllegalStateException("the service lists what it was told to remove");
      }
      if (round < roundsMax) {
        boolean _ = connection.ask(client -> remove(client, keys));
      }
      before = keys;
    }
    throw new RefusedException(
        Reason.STORE_BUSY,
        "There is more here than is removed at a time, and a part is gone. Ask again for the rest.");
  }

  private boolean remove(S3Client client, List<String> keys) {
    List<ObjectIdentifier> objects = new ArrayList<>();
    keys.forEach(key -> objects.add(ObjectIdentifier.builder().key(key).build()));
    try {
      var answer =
          client.deleteObjects(
              it ->
                  it.bucket(connection.bucket())
                      .delete(Delete.builder().objects(objects).quiet(true).build()));
      if (answer.hasErrors() && !answer.errors().isEmpty()) {
        throw new IllegalStateException(
            "the service does not remove an object: " + answer.errors().getFirst().code());
      }
    } catch (S3Exception e) {
      if (!isNotSeveral(e)) {
        throw e;
      }
      for (String key : keys) {
        client.deleteObject(it -> it.bucket(connection.bucket()).key(key));
      }
    }
    return true;
  }

  private static boolean isNotSeveral(S3Exception e) {
    return e.statusCode() == METHOD_NOT_ALLOWED
        || e.statusCode() == NOT_IMPLEMENTED
        || (e.statusCode() == BAD_REQUEST && NOT_SEVERAL.contains(S3Connection.code(e)));
  }
}
