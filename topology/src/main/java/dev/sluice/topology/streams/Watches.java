package dev.sluice.topology.streams;

import dev.sluice.http.message.ProbeAnswer;
import dev.sluice.schemas.process.Alarms;
import dev.sluice.schemas.process.Loop;
import dev.sluice.schemas.process.Vitals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The threads of a process that watch its environment. */
public final class Watches implements AutoCloseable {
  /** How long what they ask Kafka may take. */
  public static final int ANSWER_WITHIN_MS = 5_000;

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Vitals vitals;
  private final Alarms alarms;
  private final List<Loop> loops = new CopyOnWriteArrayList<>();

  /** None yet. */
  public Watches(Vitals vitals, Alarms alarms) {
    this.vitals = vitals;
    this.alarms = alarms;
  }

  /** Starts one. */
  public void start(String name, Duration every, Loop.Turn turn) {
    start(name, every, LONGEST_PAUSE, turn);
  }

  /** Starts one that does not wait for longer than {@code longestPause} when it fails. */
  public void start(String name, Duration every, Duration longestPause, Loop.Turn turn) {
    loops.add(Loop.start(name, every, longestPause, vitals, turn));
  }

  /**
   * What the process says when it is asked whether it is ready: not while Kafka does not answer.
   *
   * @param whyNot why its Kafka Streams client does not do its work; null if it does
   */
  public ProbeAnswer answer(@Nullable String whyNot) {
    var lines = new ArrayList<>(alarms.lines());
    String unanswered = null;
    for (var loop : loops) {
      var blind = loop.whyNot();
      if (blind != null) {
        lines.add(blind);
        unanswered = loop.isUnanswered() ? blind : unanswered;
      }
    }
    return new ProbeAnswer(whyNot == null ? unanswered : whyNot, lines);
  }

  @Override
  public void close() {
    loops.forEach(Loop::close);
  }
}
