package dev.sluice.topology.gate.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.run.Needs;
import dev.sluice.contract.JournalFormats;
import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.CombinedEntry;
import dev.sluice.v1.CombinedWait;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.Sleep;
import dev.sluice.v1.TimerBranch;
import dev.sluice.v1.YieldEntry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The form of a journal shows in its records. */
final class JournalNeedsTest {
  private static final YieldEntry SLEEP = yielded(new Sleep(1L));

  private static YieldEntry yielded(Object wait) {
    return YieldEntry.newBuilder().setWait(wait).setCharged(Map.of()).build();
  }

  private static JournalRecord record(Object entry, @Nullable Integer codePosition) {
    return JournalRecord.newBuilder()
        .setTenant("acme")
        .setRunId("r-1")
        .setEpoch(1)
        .setIncarnation("w-1.aaaaaaaa")
        .setSeq(1)
        .setAgentVersion("7")
        .setCodePosition(codePosition)
        .setEntry(entry)
        .build();
  }

  @Test
  void recordsInTheOrderOfTheCodeAreReadByAll() {
    assertThat(JournalEntries.needs(record(SLEEP, null)))
        .isEqualTo(Needs.of("7", JournalFormats.IN_ORDER));
  }

  @Test
  void aPlaceInTheCodeNeedsSomebodyWhoGoesByIt() {
    assertThat(JournalEntries.needs(record(SLEEP, 3)))
        .isEqualTo(Needs.of("7", JournalFormats.WITH_PLACES));
  }

  @Test
  void aCombinedWaitNeedsSomebodyWhoKnowsIt() {
    var branches = List.<Object>of(new TimerBranch(1L), new TimerBranch(2L));
    var waits = yielded(new CombinedWait(false, branches));
    var taken = CombinedEntry.newBuilder().setAll(false).setBranches(branches).setChosen(0).build();

    for (var entry : List.of(waits, taken)) {
      assertThat(JournalEntries.needs(record(entry, null)))
          .isEqualTo(Needs.of("7", JournalFormats.WITH_COMBINED_WAITS));
    }
  }

  @Test
  void aCancelAndASignalThatWasSentNeedSomebodyWhoKnowsThem() {
    var cancel = new CancelEntry(List.of(1), Map.of());
    var send = new SendEntry("run", "go", null, "application/json", Map.of());

    for (var entry : List.of(cancel, send)) {
      assertThat(JournalEntries.needs(record(entry, 3)))
          .isEqualTo(Needs.of("7", JournalFormats.WITH_TREE_CALLS));
    }
  }
}
