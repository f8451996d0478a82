package dev.satchel.cli.application;

import dev.satchel.cli.http.LogStream;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.http.Transport;
import dev.satchel.cli.session.CliException;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.discovery.Address;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;

/** Sends and fetches a file at an address that the server gave, where no token goes. */
final class Transfer {
  private final Session session;
  private final Transport transport;
  private final String path;

  Transfer(Session session, String address) {
    this.session = session;
    URI reached = Address.reached(session.target().url(), address);
    if (reached == null) {
      throw new CliException(ExitCode.FAILED, "The server has named no address for the file.");
    }
    String query = reached.getRawQuery();
    this.path = reached.getRawPath() + (query == null ? "" : "?" + query);
    this.transport =
        session.transport(reached.getScheme() + "://" + reached.getRawAuthority(), null);
  }

  void send(Path file) {
    transport.sendFile(Request.putFile(path), file);
  }

  void fetch(OutputStream to) {
    try (LogStream from = transport.follow(Request.get(path))) {
      from.bytes().transferTo(to);
    } catch (IOException broken) {
      throw new CliException(
          ExitCode.UNREACHABLE, "The file did not come whole, or could not be written; try again.");
    }
  }

  @Override
  public String toString() { // Whoever knows the address may use it.
    return "Transfer[" + session.target().url() + "]";
  }
}
