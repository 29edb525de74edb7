package dev.sluice.topology.gate.parking;

import dev.sluice.admission.port.Cause;
import dev.sluice.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a record whose schema is not known yet, on its way from its topic to {@code
 * lookups} and back. Anybody can write such headers; they can only harm the record that carries
 * them.
 */
public final class Parking {
  /** When and where the record was first appended, as {@link FirstAppend} writes it. */
  public static final String HEADER = "sluice-parked";

  /** The topic that it lay in, without the prefix. */
  static final String TOPIC_HEADER = "sluice-parked-topic";

  /** Why it is not to be parked again. */
  static final String VERDICT_HEADER = "sluice-parked-verdict";

  /** The topics of which records are parked. */
  static final Set<String> PARKED =
      Set.of(Topics.RUNS, Topics.SUBMISSIONS, Topics.COMMANDS, Topics.TENANTS);

  private static final int MAX_VERDICT_BYTES = 500;

  private Parking() {}

  /** The record's headers on its way to {@code lookups}. */
  public static Headers parked(Headers headers, Cause cause, String topic) {
    var kept = FirstAppend.users(headers, HEADER);
    kept.remove(TOPIC_HEADER);
    kept.add(HEADER, FirstAppend.write(FirstAppend.first(headers, cause)));
    kept.add(TOPIC_HEADER, topic.getBytes(StandardCharsets.UTF_8));
    return kept;
  }

  /** The topic that a parked record goes back to. */
  public static Optional<String> topic(Headers headers) {
    var topic = text(headers.lastHeader(TOPIC_HEADER));
    return topic != null && PARKED.contains(topic) ? Optional.of(topic) : Optional.empty();
  }

  /** Where a record lay that was parked; null if its headers do not say it. */
  public static @Nullable Cause lay(Headers headers, Cause cause, String prefix) {
    var topic = text(headers.lastHeader(TOPIC_HEADER));
    var first = FirstAppend.parked(headers, cause);
    return topic == null || first == null || !PARKED.contains(topic)
        ? null
        : new Cause(prefix + topic, first.partition(), first.offset(), first.appendMs());
  }

  /** Why the record's schema will not be known. */
  public static Optional<String> verdict(Headers headers) {
    return Optional.ofNullable(text(headers.lastHeader(VERDICT_HEADER)));
  }

  private static @Nullable String text(@Nullable Header header) {
    return header == null || header.value() == null || header.value().length > MAX_VERDICT_BYTES
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
