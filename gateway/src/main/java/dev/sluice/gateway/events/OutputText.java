package dev.sluice.gateway.events;

import dev.sluice.http.message.Streamed;
import java.io.IOException;
import java.time.Duration;

/** What a run emits, and nothing else: bytes in the order in which they come. */
final class OutputText implements Streamed.Body {
  private static final Duration LOOK = Duration.ofMillis(50);

  private final Feed feed;
  private final RunProgress progress;
  private final Streams.Slot slot;
  private final boolean follow;

  /**
   * @param follow whether it waits for more until the run has ended
   */
  OutputText(Feed feed, RunProgress progress, Streams.Slot slot, boolean follow) {
    this.feed = feed;
    this.progress = progress;
    this.slot = slot;
    this.follow = follow;
  }

  @Override
  public boolean write(Streamed.Pieces pieces) throws IOException, InterruptedException {
    try (slot) {
      pieces.whenGone(() -> feed.end(Feed.Over.GONE));
      long endNanos = System.nanoTime() + slot.longest().toNanos();
      while (goesOn()) {
        var came = feed.next(progress.end() == null ? slot.heartbeat() : LOOK);
        if (came != null) {
          write(came, pieces);
        }
        if (System.nanoTime() - endNanos > 0) {
          feed.end(Feed.Over.STOPPED);
        }
      }
      if (feed.over() == Feed.Over.SLOW) {
        slot.measures().dropped();
      }
      return feed.over() == null && (!follow || progress.isWhole());
    }
  }

  private boolean goesOn() {
    boolean hasEnough = !follow && progress.hasCaughtUp(Source.OUTPUTS);
    return feed.over() == null && !hasEnough && !progress.isOver(System.nanoTime());
  }

  private void write(Came came, Streamed.Pieces pieces) throws IOException {
    progress.take(came, System.nanoTime());
    if (came instanceof Came.Chunk chunk && !progress.isStale(chunk.output())) {
      slot.measures().chunk();
      pieces.write(Events.raw(chunk.output().getChunk()));
    }
  }

  @Override
  public void dropped() {
    slot.close();
  }
}
