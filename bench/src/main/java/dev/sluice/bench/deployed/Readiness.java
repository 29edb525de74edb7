package dev.sluice.bench.deployed;

import dev.sluice.bench.floor.FloorCommand.What;
import dev.sluice.bench.floor.PassThroughStreams.Names;
import dev.sluice.bench.measure.Figure;
import dev.sluice.bench.measure.Sample;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How long processes take from their start until they say that they are ready: the local stack with
 * nothing kept, and a gate with empty topics, against the floor's Kafka Streams application on the
 * same broker. Medians.
 */
final class Readiness {
  private static final String FLAGS = "SLUICE_JAVA_FLAGS";

  private Readiness() {}

  static List<Figure> figures(Plan plan) throws Exception {
    try (var processes = new Processes()) {
      var up = new double[plan.starts()];
      double upOthers = 0;
      for (int i = 0; i < up.length; i++) {
        upOthers = Math.max(upOthers, Usage.othersNow(processes));
        up[i] = up(processes);
      }
      var addresses = Stack.startBroker(processes);
      var gate = new double[plan.starts()];
      var floor = new double[plan.starts()];
      double others = 0;
      for (int i = 0; i < gate.length; i++) {
        others = Math.max(others, Usage.othersNow(processes));
        gate[i] = gate(processes, addresses, "gate" + i + ".");
        floor[i] = streams(processes, addresses.getFirst(), "floor" + i + ".");
      }
      double median = Sample.median(gate);
      return List.of(
          Figure.of("./sluice up to ready", Sample.median(up), "s").amid(upOthers),
          Figure.of("./sluice gate to ready, no state", median, "s", Sample.median(floor))
              .amid(others));
    }
  }

  private static double up(Processes processes) {
    long begin = System.nanoTime();
    var up =
        processes.start(
            "up",
            256,
            List.of("up", "--http", "0", "--kafka", "0", "--registry", "0"),
            // Its children have heaps of their own.
            Map.of(FLAGS, Objects.requireNonNullElse(System.getenv(FLAGS), "")));
    up.awaitReady();
    double seconds = secondsSince(begin);
    processes.stop("up");
    return seconds;
  }

  private static double gate(Processes processes, List<String> addresses, String prefix)
      throws InterruptedException {
    Stack.createTopics(addresses.get(0), prefix);
    long begin = System.nanoTime();
    var arguments =
        Stack.arguments(
            Stack.GATE,
            addresses.get(0),
            addresses.get(1),
            "topic.prefix=" + prefix,
            "max.live.runs=110000",
            "state.dir=" + processes.dir().resolve(prefix));
    Probe.awaitReady(processes.start(Stack.GATE, Stack.GATE_HEAP_MB, arguments).awaitReady());
    double seconds = secondsSince(begin);
    processes.stop(Stack.GATE);
    return seconds;
  }

  private static double streams(Processes processes, String bootstrap, String prefix)
      throws InterruptedException {
    FloorStack.createTopics(bootstrap, new Names(prefix));
    long begin = System.nanoTime();
    var arguments = FloorStack.arguments(What.STREAMS, bootstrap, prefix, processes);
    processes.startLocal(FloorStack.STREAMS, Stack.GATE_HEAP_MB, arguments).awaitReady();
    double seconds = secondsSince(begin);
    processes.stop(FloorStack.STREAMS);
    return seconds;
  }

  private static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
