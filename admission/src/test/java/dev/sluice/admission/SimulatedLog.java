package dev.sluice.admission;

import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEvent;
import java.util.ArrayList;
import java.util.List;

/** One topic of one partition: what was appended when, and how far the gate has read. */
final class SimulatedLog {
  record Entry(GateEvent event, Cause cause) {}

  private final String topic;
  private final List<Entry> entries = new ArrayList<>();
  private int read;

  SimulatedLog(String topic) {
    this.topic = topic;
  }

  long append(GateEvent event, long nowMs) {
    entries.add(new Entry(event, new Cause(topic, 0, entries.size(), nowMs)));
    return entries.size() - 1L;
  }

  List<Entry> entries() {
    return List.copyOf(entries);
  }

  boolean hasNext() {
    return read < entries.size();
  }

  Entry next() {
    return entries.get(read++);
  }
}
