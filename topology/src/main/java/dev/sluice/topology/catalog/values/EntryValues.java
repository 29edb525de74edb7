package dev.sluice.topology.catalog.values;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import dev.sluice.topology.catalog.view.Kept;
import dev.sluice.topology.catalog.view.PublicJson;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.InputEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Extracts the values of journal records for the journal's pages. */
public final class EntryValues {
  private static final String OMITTED = "value_omitted";

  private EntryValues() {}

  /** Adds to an entry what was read at its place. */
  public static void add(ObjectNode entry, JournalSource.Read read) {
    switch (read) {
      case JournalSource.Read.Found(JournalRecord record) -> add(entry, record);
      case JournalSource.Read.Missing(String why) ->
          entry.put(OMITTED, Texts.atMost(Bounds.REASON_CHARS, why));
    }
  }

  private static void add(ObjectNode entry, JournalRecord record) {
    switch (record.getEntry()) {
      case InputEntry input ->
          add(entry, input.getSubmission().getInput(), input.getSubmission().getContentType());
      case StepEntry step -> add(entry, step.getResult(), step.getContentType());
      case SendEntry send -> add(entry, send.getPayload(), send.getContentType());
      case SignalReceived signal -> add(entry, signal.getPayload(), signal.getContentType());
      case CheckpointEntry point -> add(entry, point.getState(), point.getContentType());
      case EndEntry end -> add(entry, end.getOutput(), end.getContentType());
      case SpawnEntry spawn -> addInputs(entry, spawn);
      case null, default -> {} // it carries none
    }
  }

  private static void addInputs(ObjectNode entry, SpawnEntry spawn) {
    int number = 0;
    for (var child : Kept.first(spawn.getChildren())) {
      if (entry.path("children").get(number++) instanceof ObjectNode shown) {
        add(shown, child.getInput(), child.getContentType());
      }
    }
  }

  private static void add(ObjectNode json, @Nullable ByteBuffer value, String contentType) {
    if (value == null) {
      return;
    }
    int length = value.remaining();
    if (length > Bounds.VALUE_BYTES) {
      json.put(OMITTED, "it has more than " + Bounds.VALUE_BYTES + " bytes");
      json.put("value_bytes", length);
      return;
    }
    byte[] bytes = new byte[length];
    value.duplicate().get(bytes);
    PublicJson.value(json, "value", bytes, contentType);
  }
}
