package dev.sluice.bench.inprocess;

import dev.sluice.bench.measure.Figure;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** All parts of the bench inside one JVM. */
public final class InProcess {
  /** In the order in which they are measured. */
  public static final List<String> PARTS =
      List.of(
          "accept", "start", "step", "work", "memory", "resume", "fan-out", "replay", "waiting",
          "curve");

  private static final int COMMIT_INTERVAL_MS = 10;

  private InProcess() {}

  /**
   * Measures parts.
   *
   * @param measured gets each part's figures as soon as there are any
   */
  public static void measure(Set<String> only, Consumer<List<Figure>> measured) throws Exception {
    for (var part : PARTS) {
      if (only.contains(part)) {
        measured.accept(measure(part));
      }
    }
  }

  /** Every part has a broker of its own, so that none is measured on what another left behind. */
  private static List<Figure> measure(String part) throws Exception {
    try (var bed = new Bed()) {
      return switch (part) {
        case "accept" -> AcceptLatency.measure(bed);
        case "start" -> StartLatency.measure(bed, COMMIT_INTERVAL_MS);
        case "step" -> DurableStep.measure(bed);
        case "work" -> Throughput.measure(bed);
        case "memory" -> BlockedMemory.measure(bed);
        case "resume" -> ResumeLatency.measure(bed);
        case "fan-out" -> FanOut.measure(bed);
        case "replay" -> Replay.measure(bed);
        case "waiting" -> WaitingState.measure(bed);
        case "curve" -> CommitCurve.measure(bed);
        default -> throw new IllegalArgumentException(part);
      };
    }
  }
}
