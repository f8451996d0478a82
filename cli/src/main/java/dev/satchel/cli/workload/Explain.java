package dev.satchel.cli.workload;

import dev.satchel.api.Paths;
import dev.satchel.cli.http.Request;
import dev.satchel.cli.session.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what a submit would do. */
@Command(customSynopsis = "satchel explain [IMAGE] [OPTIONS] [-- COMMAND...]")
public final class Explain implements Callable<Integer> {
  private final Session session;

  @Mixin SubmitOptions options = new SubmitOptions();

  public Explain(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Request request = Request.post(Paths.PLANS, options.toBody(session));
    return new PlanText(session).tell(session.send(request).json());
  }
}
