package dev.satchel.cli.volume;

import dev.satchel.cli.http.Download;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.http.RequestException;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.files.Digests;
import dev.satchel.sdk.json.Node;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Copies files to and from volumes, each with its digest, those of a directory several at a time.
 */
final class Transfer {
  /** The server answers once all is copied, of the largest file on a slow disk. */
  private static final Duration COPY_WITHIN = Duration.ofHours(1);

  private final Session session;
  private final Progress progress;

  Transfer(Session session) {
    this.session = session;
    this.progress = new Progress(session);
  }

  /** Copies a file, or a directory with all that is in it; links are not followed. */
  void put(Path from, VolumePath to) {
    try (Several several = new Several()) {
      put(from, to, several);
    }
  }

  private void put(Path from, VolumePath to, Several several) {
    if (!Files.isDirectory(from)) {
      several.run(() -> putFile(from, to));
      return;
    }
    try {
      for (Path each : entries(from)) {
        if (!Files.isSymbolicLink(each)) {
          put(each, to.in(String.valueOf(each.getFileName())), several);
        }
      }
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, "The directory " + from + " could not be read: " + e);
    }
  }

  private void putFile(Path from, VolumePath to) {
    try {
      sendFile(from, to);
    } catch (NoSuchFileException e) {
      throw new CliException(ExitCode.FAILED, "There is no file " + from + ".");
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, "The file " + from + " could not be read: " + e);
    }
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.sorted().toList();
    }
  }

  private void sendFile(Path from, VolumePath to) throws IOException {
    Request request = Request.upload(to.url()).header("Content-Digest", Digests.of(from));
    try (InputStream in = progress.counted(Files.newInputStream(from))) {
      var _ = session.transport().upload(request, in, Files.size(from));
      progress.file();
    }
  }

  /** Copies what comes in by standard input; what arrived is compared with what was sent. */
  void putStream(InputStream in, VolumePath to) {
    DigestInputStream digested = new DigestInputStream(progress.counted(in), Digests.sha256());
    Node written = session.transport().upload(Request.upload(to.url()), digested, -1).json();
    String sent = HexFormat.of().formatHex(digested.getMessageDigest().digest());
    if (!sent.equals(written.text("sha256"))) {
      throw new CliException(
          ExitCode.FAILED, "What arrived at " + to + " is not what was sent; send it again.");
    }
    progress.file();
  }

  /** Copies a file, or a directory with all that is in it, from volume to volume on the server. */
  void copy(VolumePath from, VolumePath to) {
    if (from.path().isEmpty()) { // The volume itself, which is no file.
      copyDirectory(from, to);
      return;
    }
    try {
      copyFile(from, to);
    } catch (RequestException refused) {
      if (!refused.code().equals("VOLUME_FILE_CONFLICT") || !isDirectory(from)) {
        throw refused;
      }
      copyDirectory(from, to);
    }
  }

  private void copyDirectory(VolumePath from, VolumePath to) {
    try (Several several = new Several()) {
      copyDirectory(from, to, several);
    }
  }

  private void copyFile(VolumePath from, VolumePath to) {
    Map<String, Object> body =
        Map.of("from", from.path(), "to", to.path(), "to_volume", to.volume());
    Request request = Request.post(VolumePath.ofVolume(from.volume()) + "/copies", body);
    progress.bytes(session.transport().send(request, COPY_WITHIN).json().number("size_bytes", 0));
    progress.file();
  }

  private boolean isDirectory(VolumePath path) {
    try (Download download = session.transport().download(Request.get(path.url()))) {
      return download.isJson();
    } catch (IOException cut) {
      return false;
    }
  }

  private void copyDirectory(VolumePath from, VolumePath to, Several several) {
    for (Node item : files(from)) {
      VolumePath each = from.in(item.text("name"));
      VolumePath target = to.in(item.text("name"));
      if (item.text("type").equals("directory")) {
        copyDirectory(each, target, several);
      } else {
        several.run(() -> copyFile(each, target));
      }
    }
  }

  /**
   * Copies a file, or a directory with all that is in it, to a place here. Nobody sees a part of a
   * file: it has its name once all of it is there and is right.
   */
  void get(VolumePath from, Path to) {
    Path target = Files.isDirectory(to) ? to.resolve(from.name()) : to;
    if (!from.path().isEmpty() && new FileFetch(session.transport(), progress, from).run(target)) {
      return;
    }
    try (Several several = new Several()) {
      getDirectory(from, to, several);
    }
  }

  private void getDirectory(VolumePath from, Path to, Several several) {
    try {
      Files.createDirectories(to);
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, "The directory " + to + " could not be made: " + e);
    }
    for (Node item : files(from)) {
      VolumePath each = from.in(item.text("name"));
      Path target = to.resolve(item.text("name"));
      if (item.text("type").equals("directory")) {
        getDirectory(each, target, several);
      } else {
        several.run(() -> get(each, target));
      }
    }
  }

  /** What is in a directory, less what is neither file nor directory, of which it tells. */
  private List<Node> files(VolumePath directory) {
    List<Node> found = new ArrayList<>();
    for (Node item : session.items(Request.get(directory.url()), Integer.MAX_VALUE)) {
      String name = item.text("name");
      String type = item.text("type");
      if (!isOneName(name)) {
        throw new CliException(ExitCode.FAILED, "The server names a file that no directory has.");
      }
      if (type.equals("file") || type.equals("directory")) {
        found.add(item);
      } else {
        session.screen().note("Left out " + directory.in(name) + ": it is a " + type + ".");
      }
    }
    return found;
  }

  /** Whether this system takes it for a name in a directory, and for nothing else. */
  private static boolean isOneName(String name) {
    try {
      Path path = Path.of(name);
      return !name.isEmpty()
          && !name.equals(".")
          && !name.equals("..")
          && path.getRoot() == null
          && path.getNameCount() == 1
          && path.toString().equals(name);
    } catch (InvalidPathException none) {
      return false;
    }
  }

  /** Copies a file to standard output. */
  void getStream(VolumePath from, OutputStream out) {
    try (Download download = session.transport().download(Request.get(from.url()))) {
      if (download.isJson()) {
        throw CliException.usage(from + " is a directory.", "satchel volume ls " + from.volume());
      }
      copy(download, from, out);
      out.flush();
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, "The file " + from + " did not arrive whole: " + e);
    }
  }

  private void copy(Download download, VolumePath from, OutputStream out) throws IOException {
    MessageDigest digest = Digests.sha256();
    new DigestInputStream(progress.counted(download.bytes()), digest).transferTo(out);
    progress.file();
    if (!download.digest().isEmpty() && !download.digest().equals(Digests.wire(digest.digest()))) {
      throw new CliException(
          ExitCode.FAILED, "What arrived of " + from + " is not what was sent; get it again.");
    }
  }

  /** What was copied, in a sentence. */
  String told() {
    return progress.told();
  }
}
