package dev.satchel.server.s3;

import dev.satchel.core.volume.VolumeFiles.Item;
import dev.satchel.core.volume.VolumeFiles.Kind;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * What lies in one directory, by name. The service lists a directory {@code b} as {@code b/}, which
 * comes after the file {@code b.txt}: where a page ends, such names are asked for one by one.
 */
final class DirectoryListing {
  private final S3Objects objects;
  private final String directory;

  /**
   * @param directory what names in it begin with, "/" at its end
   */
  DirectoryListing(S3Objects objects, String directory) {
    this.objects = objects;
    this.directory = directory;
  }

  List<Item> after(String after, int limit) {
    NavigableMap<String, Item> page = new TreeMap<>(DirectoryListing::compare);
    String token = null;
    do {
      ListObjectsV2Response answer = objects.list(request(after, limit, token));
      for (CommonPrefix prefix : answer.commonPrefixes()) {
        String name = prefix.prefix().substring(directory.length(), prefix.prefix().length() - 1);
        if (!name.isEmpty() && compare(name, after) > 0) {
          page.putIfAbsent(name, new Item(name, Kind.DIRECTORY, 0, Instant.EPOCH));
        }
      }
      for (S3Object object : answer.contents()) {
        String name = object.key().substring(directory.length());
        if (!name.isEmpty() && compare(name, after) > 0) {
          page.put(name, new Item(name, Kind.FILE, object.size(), object.lastModified()));
        }
      }
      token = answer.nextContinuationToken();
    } while (token != null && page.size() <= limit);
    trim(page, limit);
    if (token != null) {
      addDirectoriesBefore(page, after);
      trim(page, limit);
    }
    return List.copyOf(page.values());
  }

  private ListObjectsV2Request.Builder request(String after, int limit, @Nullable String token) {
    return ListObjectsV2Request.builder()
        .prefix(directory)
        .delimiter("/")
        .maxKeys(Math.min(S3Objects.PAGE, limit + 1))
        .startAfter(after.isEmpty() || token != null ? null : directory + after)
        .continuationToken(token);
  }

  private static void trim(NavigableMap<String, Item> page, int limit) {
    while (page.size() > limit) {
      page.pollLastEntry();
    }
  }

  /** Those that are listed behind the page's last name, and stand before it by their own. */
  private void addDirectoriesBefore(NavigableMap<String, Item> page, String after) {
    String last = page.lastKey();
    for (int end = 1; end < last.length(); end++) {
      String name = last.substring(0, end);
      if (last.charAt(end) < '/'
          && compare(name, after) > 0
          && !page.containsKey(name)
          && objects.isAny(directory + name + "/")) {
        page.put(name, new Item(name, Kind.DIRECTORY, 0, Instant.EPOCH));
      }
    }
  }

  /** As the service orders names: by code points. */
  static int compare(String one, String other) {
    return Arrays.compare(one.codePoints().toArray(), other.codePoints().toArray());
  }
}
