package dev.satchel.sdk.discovery;

import dev.satchel.sdk.json.Json;
import dev.satchel.sdk.json.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tokens that {@code satchel login} keeps, one for each server, in a file of mode 0600. */
public final class Logins {
  private final Path file;

  /**
   * The logins of a user.
   *
   * @param configurationDirectory {@code ~/.config}, or what XDG_CONFIG_HOME names
   */
  public Logins(Path configurationDirectory) {
    this.file = configurationDirectory.resolve("satchel").resolve("credentials.json");
  }

  /**
   * The file.
   *
   * @return whether or not it is there
   */
  public Path file() {
    return file;
  }

  /** The server of the newest login; null where there is none. */
  @Nullable String current() {
    String url = read().text("current");
    return url.isEmpty() ? null : url;
  }

  /** The token kept for that server; null where there is none. */
  @Nullable String token(String url) {
    String token = read().at("servers").at(url).text("token");
    return token.isEmpty() ? null : token;
  }

  /** The file of the authority that signs the server's certificate; null where none is kept. */
  @Nullable Path authorities(String url) {
    String path = read().at("servers").at(url).text("ca_cert");
    return path.isEmpty() ? null : Path.of(path);
  }

  /**
   * Keeps a token and makes its server the current one. The file is replaced whole.
   *
   * @param url of the server, without a trailing slash
   * @param token for it
   * @param authorities where the certificate is of the authority that signs the server's; null for
   *     those that Java knows
   * @throws DiscoveryException where the file cannot be written
   */
  public void keep(String url, String token, @Nullable Path authorities) {
    Map<String, Object> servers = new LinkedHashMap<>();
    Node kept = read().at("servers");
    for (String server : kept.names()) {
      servers.put(server, kept.at(server));
    }
    servers.put(
        url,
        authorities == null
            ? Map.of("token", token)
            : Map.of("token", token, "ca_cert", authorities.toAbsolutePath().toString()));
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("current", url);
    content.put("servers", servers);
    try {
      write(Json.pretty(content) + "\n");
    } catch (IOException unwritable) {
      throw new DiscoveryException(
          DiscoveryException.Kind.NOT_KEPT,
          "The login is not kept: " + file + " cannot be written.",
          "XDG_CONFIG_HOME=DIR satchel login " + url + "    keeps it below another directory",
          "SATCHEL_URL="
              + url
              + " SATCHEL_TOKEN_FILE=FILE    name server and token without a login");
    }
  }

  private void write(String text) throws IOException {
    Path directory = Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = Files.createTempFile(directory, "credentials", ".new", ownerOnly(directory));
    Files.write(fresh, text.getBytes(StandardCharsets.UTF_8));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static FileAttribute<?>[] ownerOnly(Path directory) throws IOException {
    return Files.getFileStore(directory).supportsFileAttributeView("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private Node read() {
    if (!Files.exists(file)) {
      return Node.ABSENT;
    }
    try {
      return Json.read(Files.readString(file));
    } catch (IOException | IllegalArgumentException unreadable) {
      return Node.ABSENT;
    }
  }
}
