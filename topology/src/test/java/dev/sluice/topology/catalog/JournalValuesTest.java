package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.contract.Bounds;
import dev.sluice.schemas.wire.JournalKey;
import dev.sluice.topology.catalog.query.Cursors;
import dev.sluice.topology.catalog.values.JournalPlace;
import dev.sluice.topology.catalog.values.JournalSource;
import dev.sluice.topology.catalog.values.JournalUnavailableException;
import dev.sluice.v1.CheckpointEntry;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.FenceEntry;
import dev.sluice.v1.InputEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.SignalReceived;
import dev.sluice.v1.SpawnEntry;
import dev.sluice.v1.StepEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A journal's page shows what stands in the records, within bounds, and says what it leaves out.
 */
final class JournalValuesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path dir;
  private CatalogBed bed;
  private final Topic topic = new Topic();

  @BeforeEach
  void open() {
    bed = new CatalogBed(dir);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  /** The topic as the records were written; some may be lost since, and it may be slow. */
  private static final class Topic implements JournalSource {
    private final Map<String, JournalRecord> records = new HashMap<>();
    private final Set<String> lost = new HashSet<>();
    private int readsInTime = Integer.MAX_VALUE;

    @Override
    public List<Read> read(List<JournalPlace> places) {
      if (readsInTime == 0 && !places.isEmpty()) {
        throw new JournalUnavailableException("too slow", null);
      }
      return places.stream().limit(readsInTime).map(this::at).toList();
    }

    private Read at(JournalPlace place) {
      var record = records.get(place.key());
      return record == null || lost.contains(place.key())
          ? new Read.Missing("it is gone")
          : new Read.Found(record);
    }
  }

  private void write(JournalKey key, int epoch, int seq, Object entry) {
    var record = new JournalRecord("t", key.run(), epoch, "w", seq, "", entry, null);
    topic.records.put(key.text(), record);
    bed.journal(key, record);
  }

  private void step(String run, int seq, @Nullable ByteBuffer result, String type) {
    var entry =
        StepEntry.newBuilder()
            .setName("s" + seq)
            .setResult(result)
            .setContentType(type)
            .setStartedAtMs(0)
            .setEndedAtMs(1)
            .build();
    write(new JournalKey.Entry("t", run, 1, "w", seq), 1, seq, entry);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode page(String run, int limit, @Nullable String after) {
    return parsed(bed.journals.pageWithValues("t", run, true, limit, after, topic));
  }

  /** As a caller gets it. */
  private static JsonNode parsed(ObjectNode json) {
    try {
      return JSON.readTree(json.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode entry(String run, int index) {
    return page(run, 1_000, null).path("steps").path(index);
  }

  private List<String> namesToTheEnd(String run, int limit) {
    var names = new ArrayList<String>();
    String after = null;
    do {
      var page = page(run, limit, after);
      assertThat(page.path("steps")).isNotEmpty();
      page.path("steps").forEach(step -> names.add(step.path("name").asText()));
      var next = page.path("next").textValue();
      after = next == null ? null : Cursors.read(next);
    } while (after != null);
    return names;
  }

  @Test
  void showsAResultThatIsJsonAsItIsAndAnyOtherInBase64WithItsType() {
    step("r", 1, bytes("{\"a\":1.50}"), "application/json");
    step("r", 2, bytes("hi"), "text/plain");
    step("r", 3, bytes("{"), "application/json");

    assertThat(bed.journals.pageWithValues("t", "r", true, 1, null, topic).toString())
        .as("digit by digit")
        .contains("\"value\":{\"a\":1.50}");
    assertThat(entry("r", 1).path("value_base64").asText()).isEqualTo("aGk=");
    assertThat(entry("r", 1).path("content_type").asText()).isEqualTo("text/plain");
    assertThat(entry("r", 2).path("value_base64").asText()).isEqualTo("ew==");
  }

  @Test
  void aStepThatReturnedNothingHasNoValueAndOneThatReturnedNullHasOne() {
    step("r", 1, null, "application/json");
    step("r", 2, bytes("null"), "application/json");

    assertThat(entry("r", 0).has("value")).isFalse();
    assertThat(entry("r", 0).has("value_omitted")).isFalse();
    assertThat(entry("r", 1).has("value")).isTrue();
  }

  @Test
  void showsInputsSignalsCheckpointsChildrenAndOutputs() {
    var submitted = RunSubmitted.newBuilder().setRunId("r").setTenant("t").setAgent("a");
    write(
        new JournalKey.Input("t", "r"),
        0,
        0,
        new InputEntry(submitted.setInput(bytes("1")).build(), 0L));
    var received =
        SignalReceived.newBuilder()
            .setName("go")
            .setNumber(1)
            .setCommandId("c")
            .setPayload(bytes("2"));
    write(new JournalKey.Signal("t", "r", "go", 1), 0, 0, received.build());
    write(new JournalKey.Fence("t", "r", 1), 1, 0, new FenceEntry("ttl"));
    write(
        new JournalKey.Entry("t", "r", 1, "w", 1),
        1,
        1,
        CheckpointEntry.newBuilder().setState(bytes("3")).build());
    var child = ChildSpec.newBuilder().setAgent("a").setPool("p");
    var children =
        List.of(
            child.setNumber(1).setInput(bytes("4")).build(),
            child.setNumber(2).setInput(bytes("5")).build());
    write(
        new JournalKey.Entry("t", "r", 1, "w", 2),
        1,
        2,
        SpawnEntry.newBuilder().setChildren(children).build());
    write(
        new JournalKey.Entry("t", "r", 1, "w", 3),
        1,
        3,
        EndEntry.newBuilder().setStatus(RunStatus.SUCCEEDED).setOutput(bytes("6")).build());

    var steps = page("r", 100, null).path("steps");
    assertThat(steps.findValues("value"))
        .extracting(JsonNode::intValue)
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(steps.findValues("kind"))
        .extracting(JsonNode::asText)
        .containsExactly("INPUT", "SIGNAL_RECEIVED", "FENCE", "CHECKPOINT", "SPAWN", "END");
    assertThat(steps.path(2).has("value_omitted")).isFalse();
  }

  @Test
  void showsWhereAStepFailed() {
    var error = new RunError("Boom", "it broke", "s1", "Boom: it broke\n\tat Here.there");
    write(
        new JournalKey.Entry("t", "r", 1, "w", 1),
        1,
        1,
        StepEntry.newBuilder()
            .setName("s1")
            .setError(error)
            .setStartedAtMs(0)
            .setEndedAtMs(1)
            .build());

    assertThat(entry("r", 0).at("/error/stack_trace").asText()).endsWith("at Here.there");
  }

  @Test
  void saysTheSizeOfAValueThatIsTooLargeToBeShown() {
    step("r", 1, ByteBuffer.wrap(new byte[Bounds.VALUE_BYTES + 1]), "image/png");
    step("r", 2, ByteBuffer.wrap(new byte[Bounds.VALUE_BYTES]), "image/png");

    assertThat(entry("r", 0).path("value_bytes").asInt()).isEqualTo(Bounds.VALUE_BYTES + 1);
    assertThat(entry("r", 0).path("value_omitted").asText()).contains("1048576 bytes");
    assertThat(entry("r", 1).path("value_base64").asText()).hasSizeGreaterThan(Bounds.VALUE_BYTES);
  }

  @Test
  void saysThatARecordIsGoneAndShowsTheOthers() {
    step("r", 1, bytes("1"), "application/json");
    step("r", 2, bytes("2"), "application/json");
    topic.lost.add("t/r/1/w/1");

    assertThat(entry("r", 0).path("value_omitted").asText()).isEqualTo("it is gone");
    assertThat(entry("r", 0).path("name").asText()).isEqualTo("s1");
    assertThat(entry("r", 1).path("value").asInt()).isEqualTo(2);
  }

  @Test
  void aPageThatIsFullOfBytesHasANextAndNothingIsLostOrShownTwice() {
    var large = "\"" + "x".repeat(900_000) + "\"";
    var names = new ArrayList<String>();
    for (int seq = 1; seq <= 9; seq++) {
      step("r", seq, bytes(large), "application/json");
      names.add("s" + seq);
    }

    assertThat(page("r", 1_000, null).path("steps")).hasSize(4);
    assertThat(namesToTheEnd("r", 1_000)).isEqualTo(names);
    assertThat(namesToTheEnd("r", 2)).isEqualTo(names);
  }

  @Test
  void aPageEndsWhereNoMoreCouldBeReadInTime() {
    var names = new ArrayList<String>();
    for (int seq = 1; seq <= 7; seq++) {
      step("r", seq, bytes("1"), "application/json");
      names.add("s" + seq);
    }
    topic.readsInTime = 3;

    assertThat(page("r", 1_000, null).path("steps")).hasSize(3);
    assertThat(namesToTheEnd("r", 1_000)).isEqualTo(names);
  }

  @Test
  void showsNothingForAPageOfWhichNothingCanBeReadNow() {
    step("r", 1, bytes("1"), "application/json");
    topic.readsInTime = 0;

    assertThatThrownBy(() -> page("r", 100, null)).isInstanceOf(JournalUnavailableException.class);
    assertThat(bed.journals.page("t", "r", true, 100, null).path("steps")).hasSize(1);
  }

  @Test
  void anEmptyJournalIsAnEmptyPage() {
    topic.readsInTime = 0;

    assertThat(page("nobody", 100, null).path("steps")).isEmpty();
  }
}
