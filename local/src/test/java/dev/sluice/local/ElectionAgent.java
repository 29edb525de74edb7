package dev.sluice.local;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.AgentRef;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.ChildResult;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import dev.sluice.sdk.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Waits for whatever comes first of its children, its voters and a short time, again and again,
 * until all children have ended; then for all voters that have not been heard. What it learns goes
 * into the names of its steps, so that a run which learns something else ends as DEAD.
 */
public final class ElectionAgent implements Agent<ElectionAgent.Input, List<String>> {
  static final List<String> VOTERS = List.of("anna", "bert", "carl");
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final int LONGEST_SLEEP_MS = 4_000;

  /**
   * What it is given.
   *
   * @param log a file that takes a line for each step
   * @param children how many; a child has none, and sleeps
   * @param seed of the children's sleeps
   */
  public record Input(String log, int children, int seed) {}

  @Override
  public String name() {
    return "election";
  }

  @Override
  public List<String> run(RunContext run, Input input) {
    if (input.children() == 0) {
      var random = new SplittableRandom(input.seed());
      run.sleep(Duration.ofMillis(random.nextInt(LONGEST_SLEEP_MS)));
      return List.of("child " + input.seed());
    }
    var open = new ArrayList<>(run.spawnAll(batch(input)));
    var voters = new ArrayList<Wait<String>>();
    VOTERS.forEach(name -> voters.add(Wait.signal(name, String.class)));
    var learned = new ArrayList<String>();
    while (!open.isEmpty()) {
      var first = run.<Object>awaitAny(all(open, voters));
      learn(run, input, learned, text(first.value()));
      open.removeIf(first::is);
      voters.removeIf(first::is);
    }
    run.<Object>awaitAll(all(open, voters))
        .forEach(value -> learn(run, input, learned, text(value)));
    return learned;
  }

  private List<Spawn<Input, List<String>>> batch(Input input) {
    return IntStream.range(0, input.children())
        .mapToObj(n -> new Input(input.log(), 0, 100 * input.seed() + n))
        .map(child -> new Spawn<>(AgentRef.of(this), child))
        .toList();
  }

  private static List<Wait<?>> all(List<Child<List<String>>> open, List<Wait<String>> voters) {
    var all = new ArrayList<Wait<?>>(open);
    all.addAll(voters);
    all.add(Wait.timer(SHORT));
    return all;
  }

  private static String text(Object value) {
    return value instanceof ChildResult<?> child
        ? String.valueOf(child.get())
        : value instanceof String vote ? vote : "time";
  }

  private static void learn(RunContext run, Input input, List<String> learned, String what) {
    learned.add(what);
    run.step(
        "learned %d, %x".formatted(learned.size(), learned.hashCode()),
        () -> log(Path.of(input.log()), run.runId()));
  }

  private static void log(Path log, String run) throws IOException, InterruptedException {
    Thread.sleep(50);
    Files.writeString(log, run + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
