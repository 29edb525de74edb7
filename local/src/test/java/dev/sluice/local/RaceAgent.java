package dev.sluice.local;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.ChildResult;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.signal.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Lets researchers race: each tells its parent that it has begun, the first to end wins, and the
 * others are cancelled.
 */
public final class RaceAgent implements Agent<RaceAgent.Input, RaceAgent.Report> {
  private static final String BEGUN = "begun";
  private static final int SHORTEST = 4;
  private static final int STEP_MS = 60;

  /**
   * What it is given.
   *
   * @param log a file that takes a line for each step
   * @param researchers how many; 0 for one of them
   * @param number of a researcher, from 1
   * @param seed who is how fast
   */
  public record Input(String log, int researchers, int number, int seed) {}

  /**
   * What it came to.
   *
   * @param winner the number of the one that ended first
   * @param begun the numbers that researchers sent, in the order of their arrival
   * @param ends how the researchers ended, in their order
   * @param late what became of a signal to the winner
   * @param early what became of a signal to each of them before they began
   */
  public record Report(
      int winner, List<Integer> begun, List<String> ends, Delivery late, List<Delivery> early) {}

  @Override
  public String name() {
    return "race";
  }

  @Override
  public Report run(RunContext run, Input input) {
    if (input.researchers() == 0) {
      return research(run, input);
    }
    var researchers = run.spawnAll(batch(input));
    var hints = researchers.stream().map(one -> run.signal(one, "hint", one.number())).toList();
    var begun = new ArrayList<Integer>();
    while (begun.size() < input.researchers()) {
      begun.add(run.awaitSignal(BEGUN, Integer.class, Duration.ofMinutes(2)).orElseThrow());
    }
    var first = run.awaitAny(researchers);
    int winner = researchers.indexOf(first.which()) + 1;
    run.cancel(researchers.stream().filter(one -> !first.is(one)).toList());
    var late = run.signal(researchers.get(winner - 1), "late", null);
    var ends = run.awaitAll(researchers).stream().map(RaceAgent::text).toList();
    run.awaitSignal(BEGUN, Integer.class, Duration.ofMillis(300)).ifPresent(begun::add);
    return new Report(
        winner, begun, ends, run.await(late), hints.stream().map(run::await).toList());
  }

  private static String text(ChildResult<Report> end) {
    return switch (end) {
      case ChildResult.Succeeded<Report> done -> "SUCCEEDED " + done.output().winner();
      case ChildResult.Failed<Report> other -> other.status().name();
      case ChildResult.Refused<Report> refused -> refused.reason();
    };
  }

  private List<Spawn<Input, Report>> batch(Input input) {
    return IntStream.rangeClosed(1, input.researchers())
        .mapToObj(number -> new Input(input.log(), 0, number, input.seed()))
        .map(child -> new Spawn<>(AgentRef.of(this), child))
        .toList();
  }

  private static Report research(RunContext run, Input input) {
    run.signalParent(BEGUN, input.number());
    int hint = run.awaitSignal("hint", Integer.class, Duration.ofMinutes(2)).orElseThrow();
    int steps = SHORTEST + 5 * ((input.number() + input.seed()) % 8);
    for (int step = 1; step <= steps; step++) {
      run.step("step " + step, () -> log(Path.of(input.log()), run.runId()));
    }
    return new Report(hint, List.of(), List.of(), Delivery.DELIVERED, List.of());
  }

  private static void log(Path log, String run) throws IOException, InterruptedException {
    Thread.sleep(STEP_MS);
    Files.writeString(log, run + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
