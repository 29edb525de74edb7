package dev.sluice.topology.gate.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.journal.Position;
import dev.sluice.admission.journal.Settled;
import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.run.Allowance;
import dev.sluice.admission.run.Failure;
import dev.sluice.admission.run.Inbox;
import dev.sluice.admission.run.Kin;
import dev.sluice.admission.run.Origin;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.Signal;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.admission.run.Tries;
import dev.sluice.admission.tree.Child;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Undelivered;
import dev.sluice.topology.gate.LargestStateTest;
import dev.sluice.topology.gate.inbound.Inbound;
import dev.sluice.v1.Dispatch;
import dev.sluice.v1.JournalPosition;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DispatchRecordsTest {
  private static final int MOST_CHILDREN = 10_000;

  /** A thousand years of a million records a second. */
  private static final long FAR = (1L << 55) - 1;

  /** A dispatch that did not fit would stop the gate for every tenant of its partition. */
  @ParameterizedTest
  @CsvSource({
    "500,signal",
    "501,signal",
    "10000,signal",
    "10000,refused",
    "500,refused",
    "10000,unsent",
    "10000,combined"
  })
  void theLargestDispatchFitsIntoARecord(int count, String kindOfPosition) throws IOException {
    var failure = new Failure("失敗".repeat(128), "失敗".repeat(100), "失敗".repeat(64));
    var children =
        IntStream.rangeClosed(1, count)
            .mapToObj(number -> new Child(number, 1, false, Outcome.FAILED, FAR + number, failure))
            .toList();

    var record = dispatch(children, kindOfPosition);

    assertThat(record.getReplay()).hasSize(Bounds.STEPS);
    assertThat(record.getChildren()).hasSize(count);
    assertThat(Dispatch.getEncoder().encode(record).remaining())
        .isLessThan(Bounds.INTERNAL_RECORD_BYTES - 16 * 1024);
  }

  @Test
  void whatBecameOfEachOfManySignalsIsTold() {
    assertThat(dispatch(List.of(), "unsent").getReplay())
        .extracting(JournalPosition::getRefused)
        .containsOnly("UNKNOWN");
    assertThat(Undelivered.values())
        .as("names that are never cut")
        .allMatch(one -> one.name().length() <= Undelivered.MOST_CHARS);
  }

  @Test
  void aFewFailuresAreToldInFull() {
    var failure =
        new Failure("Boom", "it broke in the middle of the night, as it always does", "s");

    var record = dispatch(List.of(new Child(1, 1, false, Outcome.FAILED, 7, failure)));

    assertThat(record.getChildren().getFirst().getError().getMessage())
        .isEqualTo(failure.message());
  }

  @Test
  void liveChildrenAreNamedApart() {
    var record =
        dispatch(
            List.of(
                new Child(1, 1, false, Outcome.SUCCEEDED, 7, null),
                new Child(2, 1, false, null, Run.UNREAD, null)));

    assertThat(record.getChildren()).hasSize(1);
    assertThat(record.getLiveChildren()).containsExactly(2);
  }

  private static Dispatch dispatch(List<Child> children) {
    return dispatch(children, "signal");
  }

  private static Position position(String kind) {
    var signal = new Signal("s", 1, FAR);
    return switch (kind) {
      case "refused" ->
          new Position(FAR, 100, 1, 0, null, "失".repeat(Bounds.KEPT_REASON_CHARS), null);
      case "unsent" -> new Position(FAR, 100, 1, 0, null, Undelivered.UNKNOWN.name(), null);
      // Each signal of a wait for all counts as a position: one at each is the most there can be.
      case "combined" -> new Position(FAR, 100, 1, 0, null, null, new Settled(99, List.of(signal)));
      default -> new Position(FAR, 100, 1, 0, signal, null, null);
    };
  }

  private static Dispatch dispatch(List<Child> children, String kindOfPosition) {
    var key = LargestStateTest.KEY;
    var origin = new Origin(1, 0, 1);
    var signals =
        IntStream.rangeClosed(1, Bounds.SIGNALS)
            .mapToObj(number -> new Signal("s".repeat(128), number, FAR))
            .toList();
    var run =
        new Run(
            key,
            LargestStateTest.spec(),
            new Kin(key.id(), key.id(), 0, 0, false, origin),
            origin,
            new Run.InputAt(FAR, -1),
            new Phase.Dispatched(0, 1, 1, 30_000),
            new Tries(2, 1, 0, 1, 0, 0, 0),
            null,
            Map.of(),
            new Inbox(Bounds.SIGNALS, 0, signals),
            new Allowance(Map.of(), Map.of(), Map.of(), false));
    var positions = Collections.nCopies(Bounds.STEPS, position(kindOfPosition));
    var effect =
        new GateEffect.Dispatch(
            run,
            0,
            false,
            new GateEffect.Replay(
                Integer.MAX_VALUE - Bounds.STEPS,
                positions,
                MOST_CHILDREN,
                LargestStateTest.needs()),
            Long.MAX_VALUE,
            3,
            Bounds.STEPS,
            TreeLimits.Bounds.DEFAULT,
            children,
            LargestStateTest.meters().keySet().stream()
                .map(meter -> new GateEffect.MeterSlice(meter, FAR, FAR, FAR))
                .toList());
    var source =
        new EffectWriter.Source(
            new Cause("journal", 0, 1, 1), null, null, new RecordHeaders(), Inbound.nothing());
    return DispatchRecords.of(effect, source);
  }
}
