package dev.sluice.bench.deployed;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.bench.measure.Figure;
import dev.sluice.bench.measure.Sample;
import dev.sluice.gateway.cli.GatewayJson;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * Runs that do nothing for 50 ms, of a tenant with a cap of 4, submitted at once, until the last
 * completion can be read; the floor is what the cap allows. Meanwhile others start runs, one after
 * the other each; the floor is the same of them alone.
 */
final class Flood {
  private static final int CAP = 4;
  private static final int RUN_MS = 50;
  private static final int EACH = 5;
  private static final List<String> TURNS = List.of("1st time", "2nd time");

  private final Plan plan;
  private final Stack stack;
  private final Load load;

  private Flood(Plan plan, Stack stack) {
    this.plan = plan;
    this.stack = stack;
    this.load = new Load(stack);
  }

  private record Turn(double seconds, Sample others, Usage before, Usage after) {}

  static List<Figure> figures(Plan plan, Stack stack) throws Exception {
    return new Flood(plan, stack).measure();
  }

  private List<Figure> measure() throws Exception {
    var limits = new ObjectMapper().createObjectNode().put("max_in_flight", CAP);
    new GatewayJson(stack.gateway()).putTenant("flood", limits);
    var turns = new ArrayList<Turn>();
    for (var name : TURNS) {
      turns.add(turn(name));
    }
    var alone = load.others("alone-", plan.others(), EACH);
    var figures = new ArrayList<Figure>();
    double ideal = plan.flood() * RUN_MS / 1e3 / CAP;
    for (int i = 0; i < turns.size(); i++) {
      var turn = turns.get(i);
      double busy = turn.after().othersSince(turn.before());
      var flood = "%,d runs of %d ms at cap %d".formatted(plan.flood(), RUN_MS, CAP);
      figures.add(Figure.of(flood + ", " + TURNS.get(i), turn.seconds(), "s", ideal).amid(busy));
      for (int percentile : List.of(50, 99)) {
        var name = "others' start p" + percentile + " meanwhile, " + TURNS.get(i);
        double others = turn.others().ms(percentile);
        figures.add(Figure.of(name, others, "ms", alone.ms(percentile)).amid(busy));
      }
    }
    return figures;
  }

  private Turn turn(String name) throws Exception {
    var before = Usage.of(stack.processes());
    try (var thread = Executors.newSingleThreadExecutor()) {
      var flood =
          thread.submit(
              () -> {
                load.submitAll("flood", plan.flood(), "bench-sleep", Integer.toString(RUN_MS));
                return null;
              });
      var others = load.others("other-" + name.substring(0, 3) + "-", plan.others(), EACH);
      flood.get();
      var ends = stack.ends().take(plan.flood());
      double seconds = (ends.getLast().readNanos() - before.atNanos()) / 1e9;
      return new Turn(seconds, others, before, Usage.of(stack.processes()));
    }
  }
}
