package dev.sluice.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run as a catalog knows it.
 *
 * @param agent empty, as {@code pool}, while only its submission is known
 * @param waitingFor why it does not run, such as {@code cap}, {@code worker} or {@code signal};
 *     null if it does
 * @param brakes settings that hold back its start, such as {@code agent/mailer}
 * @param until when its wait is over at the latest
 * @param depth generations below the root
 * @param conflicts submissions of its id that had another body
 * @param epoch leases so far
 * @param charged what it has charged, its children aside
 * @param children how many of its first 10,000 children have which status
 * @param end how it ended; null while it has not
 */
public record Run(
    String tenant,
    String runId,
    String agent,
    String pool,
    RunStatus status,
    @Nullable String waitingFor,
    List<String> brakes,
    @Nullable Instant until,
    @Nullable Instant submittedAt,
    @Nullable Instant startedAt,
    Map<String, String> labels,
    @Nullable String parentRunId,
    @Nullable String rootRunId,
    int depth,
    int redrive,
    int conflicts,
    int epoch,
    int attempt,
    int steps,
    Map<String, Long> charged,
    Map<String, Long> children,
    @Nullable RunEnd end) {
  public Run {
    brakes = List.copyOf(brakes);
    labels = Map.copyOf(labels);
    charged = Map.copyOf(charged);
    children = Map.copyOf(children);
  }

  /** How it ended; empty while it has not. */
  public Optional<RunEnd> ended() {
    return Optional.ofNullable(end);
  }
}
