package dev.sluice.topology.catalog.query;

import dev.sluice.schemas.topic.Topics;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The position of a submission, as a {@code Location} names it. */
public record SubmissionPlace(String topic, int partition, long offset) {
  private static final Pattern TEXT =
      Pattern.compile(
          "(?:(" + Topics.RUNS + "|" + Topics.SUBMISSIONS + ")-)?(\\d{1,9})-(\\d{1,18})");

  /** Reads {@code <topic>-<partition>-<offset>}; without a topic {@code runs} is meant. */
  public static @Nullable SubmissionPlace parse(String text) {
    var parts = TEXT.matcher(text);
    return parts.matches()
        ? new SubmissionPlace(
            parts.group(1) == null ? Topics.RUNS : parts.group(1),
            Integer.parseInt(parts.group(2)),
            Long.parseLong(parts.group(3)))
        : null;
  }
}
