package dev.sluice.gateway.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.http.message.Streamed;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Server-sent events of one run, or of all runs of a tenant. */
final class EventStream implements Streamed.Body {
  private static final int NANOS_PER_MS = 1_000_000;

  private final Feed feed;
  private final RunProgress progress;
  private final @Nullable ObjectNode first;
  private final Streams.Slot slot;
  private final Set<Source> sources;
  private @Nullable String shown;

  /**
   * @param first the state to begin with; null if the caller knows it
   */
  EventStream(Feed feed, RunProgress progress, @Nullable ObjectNode first, Streams.Slot slot) {
    this.feed = feed;
    this.progress = progress;
    this.first = first;
    this.slot = slot;
    this.sources =
        feed.run() == null ? Set.of(Source.DECISIONS, Source.COMPLETIONS) : Set.of(Source.values());
  }

  /** Names the stream, so that no other goes on behind its events. */
  static String scope(String tenant, @Nullable String run) {
    return run == null ? tenant : tenant + "/" + run;
  }

  private @Nullable String id(boolean ended) {
    var id = progress.id(sources, ended);
    return id == null ? null : id.text(scope(feed.tenant(), feed.run()));
  }

  @Override
  public boolean write(Streamed.Pieces pieces) throws IOException, InterruptedException {
    try (slot) {
      pieces.whenGone(() -> feed.end(Feed.Over.GONE));
      pieces.write(Events.BEGIN);
      if (first != null) {
        shown = first.toString();
        pieces.write(Events.event("state", null, first));
      }
      follow(pieces);
      return true;
    }
  }

  private void follow(Streamed.Pieces pieces) throws IOException, InterruptedException {
    long endNanos = System.nanoTime() + slot.longest().toNanos();
    long spokenNanos = System.nanoTime();
    while (feed.over() == null && !progress.isOver(System.nanoTime())) {
      var came = feed.next(patience());
      long now = System.nanoTime();
      if (came != null) {
        progress.take(came, now);
      }
      if (came != null && write(came, pieces)) {
        spokenNanos = now;
      } else if (now - spokenNanos > slot.heartbeat().toNanos()) {
        pieces.write(Events.HEARTBEAT);
        spokenNanos = now;
      }
      if (now - endNanos > 0) {
        feed.end(Feed.Over.STOPPED);
      }
    }
    conclude(pieces);
  }

  /** Until there may be something to do though nothing comes. */
  private Duration patience() {
    return progress.end() == null || feed.run() == null
        ? slot.heartbeat()
        : Duration.ofNanos(50L * NANOS_PER_MS);
  }

  /** Whether there was something to write. */
  private boolean write(Came came, Streamed.Pieces pieces) throws IOException {
    var event = event(came);
    if (event != null) {
      pieces.write(event);
    }
    return event != null;
  }

  /** What the caller sees of it; null if nothing. */
  private byte @Nullable [] event(Came came) {
    return switch (came) {
      case Came.Chunk chunk -> {
        slot.measures().chunk();
        var data = Events.output(chunk.output(), progress.isStale(chunk.output()));
        yield Events.event("output", id(false), data);
      }
      case Came.State state -> {
        var data = Events.state(state.decision());
        yield data != null && isNew(data) ? Events.event("state", id(false), data) : null;
      }
      case Came.End end ->
          feed.run() == null ? Events.event("end", id(false), Events.end(Ended.of(end))) : null;
      case Came.Gap gap ->
          Events.event("gap", id(false), Events.missing("deleted from " + gap.source().topic()));
      case Came.Begins any -> null;
      case Came.CaughtUp any -> null;
    };
  }

  /** What is said at the beginning and by the first decisions may be the same. */
  private boolean isNew(ObjectNode state) {
    var words = state.deepCopy().retain("run_id", "status", "epoch", "attempt", "waiting_for");
    boolean isNew = !words.toString().equals(shown);
    shown = words.toString();
    return isNew;
  }

  private void conclude(Streamed.Pieces pieces) throws IOException {
    var end = progress.end();
    if (feed.over() == Feed.Over.SLOW) {
      slot.measures().dropped();
      pieces.write(
          Events.event("dropped", null, Events.missing("too slow; go on with the last id")));
    } else if (feed.over() == null && end != null && feed.run() != null) {
      var data = Events.end(end).put("truncated", !progress.isWhole());
      pieces.write(Events.event("end", id(true), data));
    }
  }

  @Override
  public void dropped() {
    slot.close();
  }
}
