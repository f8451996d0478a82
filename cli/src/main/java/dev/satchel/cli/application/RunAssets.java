package dev.satchel.cli.application;

import dev.satchel.cli.http.Request;
import dev.satchel.cli.output.Screen;
import dev.satchel.cli.output.Table;
import dev.satchel.cli.session.Command;
import dev.satchel.cli.session.ExitCode;
import dev.satchel.cli.session.Form;
import dev.satchel.cli.session.LiveNames;
import dev.satchel.cli.session.Session;
import dev.satchel.sdk.json.Node;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists what a run has reported for people, such as charts, or prints the content of one. */
public final class RunAssets implements Command {
  private final Session session;

  private String app = "";
  private String id = "";
  private @Nullable String asset;

  public RunAssets(Session session, Form form) {
    this.session = session;
    Apps.one(form, session, value -> app = value);
    Apps.part(form, session, Part.RUNS, () -> app, value -> id = value);
    form.oneOf(LiveNames.ofAssets(session, () -> app, () -> id))
        .argumentIfAny(
            value -> asset = value, "ASSET", "The content of this one alone, which is JSON.");
  }

  @Override
  public int run() {
    String path = Part.RUNS.path(app, id) + "/assets";
    if (asset != null) {
      Request ask = Request.get(path + "/" + Request.segment(asset));
      PrintStream out = session.surroundings().out();
      new Transfer(session, session.send(ask).json().text("download_url")).fetch(out);
      out.flush();
      return ExitCode.OK;
    }
    Node told = session.send(Request.get(path)).json();
    List<Node> assets = told.at("items").items();
    if (session.json()) {
      session.screen().json(told);
    } else if (session.quiet()) {
      assets.forEach(one -> session.screen().line(one.text("id")));
    } else if (assets.isEmpty()) {
      session.screen().note("This run has reported no assets.");
    } else {
      print(assets);
    }
    return ExitCode.OK;
  }

  private void print(List<Node> assets) {
    Screen screen = session.screen();
    Table table = new Table("ID", "BYTES", "TYPE", "NAME");
    for (Node one : assets) {
      table.row(one.text("id"), one.text("size"), one.text("content_type"), one.text("name"));
    }
    table.print(screen);
  }
}
