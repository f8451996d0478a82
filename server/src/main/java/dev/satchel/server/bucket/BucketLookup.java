package dev.satchel.server.bucket;

import dev.satchel.core.bucket.Bucket;
import dev.satchel.core.bucket.KeyPair;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Asks a bucket about one object by a listing that begins with its name and ends there, so that it
 * costs the same in a bucket of any size. A listing, since who may not look at an object is told by
 * some services that it is not there. Source: AWS, "ListObjectsV2": names come in their order, so
 * that a name comes before all that it begins.
 */
final class BucketLookup {
  /**
   * What rclone may have under another name in its cache: the letters that stand there for such as
   * no file's name has. Source: rclone.org/overview, "Restricted filenames".
   */
  private static final Pattern DISGUISED =
      Pattern.compile("[\\p{Cntrl}\\u201B\\u2400-\\u2421\\uFF0E\\uFF0F\\uFFFD]");

  private final S3Client client;

  BucketLookup(S3Client client) {
    this.client = client;
  }

  /**
   * Whether a bucket surely has no object of a name; false also where that cannot be asked for.
   *
   * @param path of the object's file in the cache, from the bucket's name on
   * @throws IOException where the bucket does not say
   */
  boolean lacks(Bucket bucket, Path path, KeyPair keys) throws IOException {
    String key = path.getNameCount() < 2 ? null : text(path.subpath(1, path.getNameCount()));
    if (key == null || DISGUISED.matcher(key).find()) {
      return false;
    }
    S3Answer answer = client.listFrom(bucket, key, bucket.region(), keys);
    Optional<String> first = answer.isGood() ? firstKey(answer.body()) : Optional.of("");
    if (first.isEmpty()) {
      return true;
    }
    if (!first.get().startsWith(key)) { // It refused, or listed something else than was asked for.
      throw new IOException(
          "the bucket does not say whether it has an object that was being written ("
              + answer.what()
              + ")");
    }
    return !first.get().equals(key);
  }

  /** The first name of a listing. */
  private static Optional<String> firstKey(String listing) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(listing));
      reader.nextTag();
      if (!reader.getLocalName().equals("ListBucketResult")) {
        throw new IOException("the bucket's listing is none");
      }
      while (reader.hasNext()) {
        if (reader.next() == XMLStreamReader.START_ELEMENT && reader.getLocalName().equals("Key")) {
          return Optional.of(reader.getElementText());
        }
      }
      return Optional.empty();
    } catch (XMLStreamException e) {
      throw new IOException("the bucket's listing is not whole", e);
    }
  }

  /**
   * A file's name as text, whatever encoding this process has for names; null where it is no UTF-8.
   */
  static @Nullable String text(Path relative) {
    URI uri = Path.of("/").resolve(relative).toUri(); // It has the very bytes.
    String raw = uri.getRawPath().substring(1);
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    for (int at = 0; at < raw.length(); at++) {
      boolean coded = raw.charAt(at) == '%';
      bytes[length++] =
          (byte) (coded ? HexFormat.fromHexDigits(raw, at + 1, at + 3) : raw.charAt(at));
      at += coded ? 2 : 0;
    }
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
      return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
