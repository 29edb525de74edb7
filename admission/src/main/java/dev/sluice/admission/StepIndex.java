package dev.sluice.admission;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The journaled steps of one run, numbered 1, 2, 3 … without a gap, and what they charged. */
final class StepIndex {
  private final List<StepChunk> chunks = new ArrayList<>();

  int last() {
    if (chunks.isEmpty()) {
      return 0;
    }
    var tail = chunks.get(chunks.size() - 1);
    return tail.number() * StepChunk.SIZE + tail.entries().size();
  }

  int chunkCount() {
    return chunks.size();
  }

  Map<String, Long> charged() {
    return chunks.isEmpty() ? Map.of() : chunks.get(chunks.size() - 1).charged();
  }

  /** Appends the next step and returns the chunk that changed. */
  StepChunk append(StepEntry entry, Map<String, Long> charge) {
    int number = last() / StepChunk.SIZE;
    var entries = new ArrayList<StepEntry>();
    if (number < chunks.size()) {
      entries.addAll(chunks.get(number).entries());
    }
    entries.add(entry);
    return set(new StepChunk(number, entries, sum(charged(), charge)));
  }

  /** Adds charges that belong to no step and returns the chunk that changed. */
  StepChunk charge(Map<String, Long> charge) {
    var tail =
        chunks.isEmpty() ? new StepChunk(0, List.of(), Map.of()) : chunks.get(chunks.size() - 1);
    return set(new StepChunk(tail.number(), tail.entries(), sum(charged(), charge)));
  }

  StepChunk set(StepChunk chunk) {
    while (chunks.size() <= chunk.number()) {
      chunks.add(new StepChunk(chunks.size(), List.of(), Map.of()));
    }
    chunks.set(chunk.number(), chunk);
    return chunk;
  }

  boolean holds(int seq, int epoch, Incarnation writer) {
    if (seq < 1 || seq > last()) {
      return false;
    }
    var entry = chunks.get((seq - 1) / StepChunk.SIZE).entries().get((seq - 1) % StepChunk.SIZE);
    return entry.epoch() == epoch && entry.writer() == writer.value().hashCode();
  }

  List<Long> offsets() {
    var offsets = new ArrayList<Long>(last());
    for (var chunk : chunks) {
      for (var entry : chunk.entries()) {
        offsets.add(entry.offset());
      }
    }
    return offsets;
  }

  private static Map<String, Long> sum(Map<String, Long> total, Map<String, Long> more) {
    if (more.isEmpty()) {
      return total;
    }
    var next = new HashMap<>(total);
    more.forEach((meter, amount) -> next.merge(meter, amount, StepIndex::addCapped));
    return next;
  }

  private static long addCapped(long one, long other) {
    long sum = one + other;
    return sum < 0 && one >= 0 && other >= 0 ? Long.MAX_VALUE : sum;
  }
}
