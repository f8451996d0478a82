package dev.satchel.cli.host;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Age;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.output.Table;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.util.List;
import java.util.stream.Collectors;

/** Lists hosts, and says how each stands. */
public final class ListHosts implements Command {
  private final Session session;

  public ListHosts(Session session) {
    this.session = session;
  }

  @Override
  public int run() {
    Node page = session.send(Request.get(Paths.HOSTS)).json();
    List<Node> hosts = page.at("items").items();
    if (session.json()) {
      session.screen().json(page);
    } else if (session.quiet()) {
      hosts.forEach(host -> session.screen().line(host.text("id")));
    } else {
      print(hosts);
    }
    return ExitCode.OK;
  }

  private void print(List<Node> hosts) {
    Screen screen = session.screen();
    Table table = new Table("ID", "ENGINE", "AT", "STATE", "SINCE", "RUNNING", "LABELS");
    for (Node host : hosts) {
      table.row(
          host.text("id"),
          host.text("engine"),
          at(host),
          host.text("state"),
          host.at("since").isPresent() ? Age.ago(host.text("since"), screen.now()) : "",
          host.text("running"),
          labels(host));
    }
    table.print(screen);
    for (Node host : hosts) {
      if (host.at("reason").isPresent()) {
        screen.note(host.text("id") + ": " + host.text("reason"));
      }
    }
  }

  /** Where it is, with the credentials that lead there. */
  private static String at(Node host) {
    String credentials = String.join(" ", host.at("credentials").texts());
    String address = host.at("address").isPresent() ? host.text("address") : "this server";
    return credentials.isEmpty() ? address : address + " (" + credentials + ")";
  }

  private static String labels(Node host) {
    Node labels = host.at("labels");
    return labels.names().stream()
        .sorted()
        .map(name -> name + "=" + labels.text(name))
        .collect(Collectors.joining(" "));
  }
}
