package dev.sluice.admission.journal;

import dev.sluice.admission.run.Incarnation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The positions of one run's journal, numbered without a gap, from its first or its last checkpoint
 * on; and the sums over all of it.
 */
public final class JournalIndex {
  private final TreeMap<Integer, JournalChunk> chunks = new TreeMap<>();

  /** The position that replay begins with. */
  public int first() {
    return totals().first();
  }

  public int last() {
    if (chunks.isEmpty()) {
      return 0;
    }
    var tail = chunks.lastEntry().getValue();
    return tail.number() * JournalChunk.SIZE + tail.positions().size();
  }

  public JournalChunk.Totals totals() {
    return chunks.isEmpty() ? JournalChunk.Totals.NONE : chunks.lastEntry().getValue().totals();
  }

  public Map<String, Long> charged() {
    return totals().charged();
  }

  public List<Integer> chunkNumbers() {
    return List.copyOf(chunks.keySet());
  }

  public @Nullable JournalChunk numbered(int number) {
    return chunks.get(number);
  }

  /** Takes a chunk that was saved. */
  public void set(JournalChunk chunk) {
    chunks.put(chunk.number(), chunk);
  }

  /**
   * Appends the next position and returns the chunk that changed.
   *
   * @param position its writer is set here
   * @param totals of the run from now on
   */
  public JournalChunk append(Position position, Incarnation writer, JournalChunk.Totals totals) {
    int number = last() / JournalChunk.SIZE;
    var chunk = chunks.getOrDefault(number, JournalChunk.empty(number, totals));
    var writers = new ArrayList<>(chunk.writers());
    if (!writers.contains(writer)) {
      writers.add(writer);
    }
    var positions = new ArrayList<>(chunk.positions());
    positions.add(position.writtenBy(writers.indexOf(writer)));
    return put(new JournalChunk(number, positions, writers, totals));
  }

  /** Changes the sums and returns the chunk that changed. */
  public JournalChunk set(JournalChunk.Totals totals) {
    var tail = chunks.isEmpty() ? JournalChunk.empty(0, totals) : chunks.lastEntry().getValue();
    return put(tail.with(totals));
  }

  /** Says what the wait at {@code seq} came to and returns the chunk that changed. */
  public JournalChunk resolve(int seq, UnaryOperator<Position> outcome) {
    var chunk = chunk(seq);
    if (chunk == null) {
      throw new IllegalArgumentException("no position " + seq + ", the last is " + last());
    }
    var positions = new ArrayList<>(chunk.positions());
    int place = (seq - 1) % JournalChunk.SIZE;
    positions.set(place, outcome.apply(positions.get(place)));
    return put(new JournalChunk(chunk.number(), positions, chunk.writers(), chunk.totals()));
  }

  private JournalChunk put(JournalChunk chunk) {
    chunks.put(chunk.number(), chunk);
    return chunk;
  }

  /** Forgets chunks that lie wholly before the first position; returns their numbers. */
  public List<Integer> cut() {
    int keep = (first() - 1) / JournalChunk.SIZE;
    var cut = List.copyOf(chunks.headMap(keep, false).keySet());
    cut.forEach(chunks::remove);
    return cut;
  }

  private @Nullable JournalChunk chunk(int seq) {
    return seq < 1 || seq > last() ? null : chunks.get((seq - 1) / JournalChunk.SIZE);
  }

  public @Nullable Position at(int seq) {
    var chunk = chunk(seq);
    return chunk == null ? null : chunk.positions().get((seq - 1) % JournalChunk.SIZE);
  }

  public @Nullable Incarnation writerOf(int seq) {
    var chunk = chunk(seq);
    return chunk == null
        ? null
        : chunk.writers().get(chunk.positions().get((seq - 1) % JournalChunk.SIZE).writer());
  }

  public boolean holds(int seq, int epoch, Incarnation writer) {
    var position = at(seq);
    return position != null && position.epoch() == epoch && writer.equals(writerOf(seq));
  }

  /** What is to be replayed, from {@link #first} on. */
  public List<Position> replay() {
    var positions = new ArrayList<Position>(last() - first() + 1);
    for (var chunk : chunks.values()) {
      int skipped = Math.max(0, first() - 1 - chunk.number() * JournalChunk.SIZE);
      positions.addAll(
          chunk
              .positions()
              .subList(Math.min(skipped, chunk.positions().size()), chunk.positions().size()));
    }
    return positions;
  }
}
