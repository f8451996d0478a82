package dev.satchel.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Searches files for a marker, plain and in every form in which something might have put it. */
final class Sweep {
  private static final int CHUNK_BYTES = 4 * 1024 * 1024;

  private final Map<String, String> forms;
  private final int chunkBytes;
  private final int overlap;
  private long files;

  Sweep(String marker) {
    this(marker, CHUNK_BYTES);
  }

  Sweep(String marker, int chunkBytes) {
    this.forms = forms(marker);
    this.chunkBytes = chunkBytes;
    this.overlap = forms.values().stream().mapToInt(String::length).max().orElse(0);
  }

  /** What a marker looks like, by the name of the form. */
  static Map<String, String> forms(String marker) {
    byte[] bytes = marker.getBytes(StandardCharsets.US_ASCII);
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put("plain", marker);
    forms.put("reversed", new StringBuilder(marker).reverse().toString());
    forms.put("hex", HexFormat.of().formatHex(bytes));
    forms.put("upper hex", HexFormat.of().withUpperCase().formatHex(bytes));
    forms.put("URL-encoded", HexFormat.ofDelimiter("").withPrefix("%").formatHex(bytes));
    forms.put(
        "upper URL-encoded",
        HexFormat.ofDelimiter("").withPrefix("%").withUpperCase().formatHex(bytes));
    for (int before = 0; before < 3; before++) {
      forms.put("base64 at " + before, base64(Base64.getEncoder(), bytes, before));
      forms.put("URL-safe base64 at " + before, base64(Base64.getUrlEncoder(), bytes, before));
    }
    return forms;
  }

  /** The characters that depend on nothing but the marker, with so many bytes before it. */
  private static String base64(Base64.Encoder encoder, byte[] marker, int before) {
    byte[] padded = new byte[before + marker.length];
    System.arraycopy(marker, 0, padded, before, marker.length);
    String encoded = encoder.withoutPadding().encodeToString(padded);
    return encoded.substring((8 * before + 5) / 6, 8 * padded.length / 6);
  }

  /** How many files were searched. */
  long files() {
    return files;
  }

  /** Which forms stand in a text. */
  List<String> in(String text) {
    return forms.entrySet().stream()
        .filter(form -> text.contains(form.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * Everything found below a directory, in files and in their names, each as "form: file".
   *
   * @param passedOver names of directories that may hold values
   */
  List<String> below(Path root, Set<String> passedOver) {
    List<String> found = new ArrayList<>();
    for (Path file : Trees.files(root)) {
      Path relative = root.relativize(file);
      boolean allowed = false;
      for (Path name : relative) {
        allowed |= passedOver.contains(name.toString());
      }
      if (!allowed) {
        files++;
        in(relative.toString()).forEach(form -> found.add(form + " in a name: " + file));
        inFile(file).forEach(form -> found.add(form + ": " + file));
      }
    }
    return found;
  }

  private Set<String> inFile(Path file) {
    Set<String> found = new java.util.LinkedHashSet<>();
    try (InputStream in = Files.newInputStream(file)) {
      String rest = "";
      byte[] chunk = in.readNBytes(chunkBytes);
      while (chunk.length > 0) {
        String text = rest + new String(chunk, StandardCharsets.ISO_8859_1);
        found.addAll(in(text));
        rest = text.substring(Math.max(0, text.length() - overlap));
        chunk = in.readNBytes(chunkBytes);
      }
    } catch (IOException e) {
      if (Files.isReadable(file)) { // Otherwise it was taken away meanwhile.
        throw new java.io.UncheckedIOException(
            String.format(Locale.ROOT, "%s cannot be searched", file), e);
      }
    }
    return found;
  }
}
