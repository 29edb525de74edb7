package dev.sluice.bench.deployed;

import dev.sluice.bench.measure.Figure;
import dev.sluice.bench.measure.Sample;
import java.util.Arrays;
import java.util.List;

/**
 * Steps with an empty body in one run, 100 a second, against acks=all appends of a plain producer
 * process at the same rate, to the same broker, in turns; each after a turn that is not counted.
 */
final class Steps {
  private static final String TOPIC = "bench-appends";
  private static final int PER_SECOND = 100;
  private static final int TURNS = 5;

  private Steps() {}

  static List<Figure> figures(Plan plan, Stack stack) throws Exception {
    FloorStack.createTopics(stack.bootstrap(), List.of(TOPIC));
    try (var producer = FloorStack.startProducer(stack.processes(), stack.bootstrap())) {
      var order = TOPIC + " " + plan.steps() + " " + PER_SECOND;
      steps(plan, stack);
      producer.ask(order);
      var step = new Sample(TURNS * plan.steps());
      var append = new Sample(TURNS * plan.steps());
      var before = Usage.of(stack.processes());
      for (int turn = 0; turn < TURNS; turn++) {
        steps(plan, stack).copyFrom(0, step);
        producer.ask(order).copyFrom(0, append);
      }
      double others = Usage.of(stack.processes()).othersSince(before);
      return List.of(
          Figure.of("durable step p50, 100/s", step.ms(50), "ms", append.ms(50)).amid(others),
          Figure.of("durable step p99, 100/s", step.ms(99), "ms", append.ms(99)).amid(others));
    } finally {
      stack.processes().stop(FloorStack.PRODUCER);
    }
  }

  private static Sample steps(Plan plan, Stack stack) throws Exception {
    var load = new Load(stack);
    load.submitAll("steps", 1, "bench-timed-steps", Integer.toString(plan.steps()));
    var took = stack.ends().take(1).getFirst().output().replace("\"", "").split(",", -1);
    return Sample.of(Arrays.stream(took).mapToLong(Long::parseLong).toArray());
  }
}
