package dev.sluice.topology.gate.parking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.GateBed;
import dev.sluice.v1.DeadLetter;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Anybody may write a header that says when and where a record was first appended. */
final class FirstAppendTest {
  private static final String TENANT = "acme";
  private static final int HERE = 0;
  private static final int ELSEWHERE = 3;

  @TempDir private Path dir;
  private GateBed bed;

  @BeforeEach
  void start() {
    bed = new GateBed(dir);
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, 0, -1, 4_000_000_000_000L})
  void aForgedTimeKeepsNobodyFromChangingLimits(long appendMs) {
    limits(1, header(appendMs, ELSEWHERE, Long.MAX_VALUE));

    limits(5, new RecordHeaders());

    assertThat(newestCap()).isEqualTo(5);
  }

  @Test
  void anOlderFirstAppendOfAnotherPartitionIsNotTakenAndWhatIsInForceIsAppendedAgain() {
    limits(1, new RecordHeaders());
    bed.records(Topics.TENANTS);

    limits(5, header(bed.nowMs() - Duration.ofDays(1).toMillis(), ELSEWHERE, 7));

    assertThat(newestCap()).isEqualTo(1);
    assertThat(restored()).extracting(TenantLimits::getMaxInFlight).containsExactly(1);
  }

  @Test
  void aFirstAppendOfTheSamePartitionIsNotBelieved() {
    limits(1, new RecordHeaders());

    limits(5, header(bed.nowMs() - 1_000, HERE, 7));

    assertThat(newestCap()).isEqualTo(5);
  }

  @Test
  void aFirstAppendBeforeTheTopicsRetentionIsNotBelieved() {
    limits(1, new RecordHeaders());

    limits(5, header(bed.nowMs() - Duration.ofDays(8).toMillis(), ELSEWHERE, 7));

    assertThat(newestCap()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"tenant\":\"other\"}", "{\"max_in_flight\":", "\u0000\u0000\u0000"})
  void limitsThatCannotBeReadAreADeadLetterAndWhatIsInForceIsAppendedAgain(String value) {
    limits(1, new RecordHeaders());

    send(value.getBytes(StandardCharsets.UTF_8));

    assertThat(bed.read(Topics.DEAD_LETTERS, DeadLetter.class)).hasSize(1);
    assertThat(restored()).extracting(TenantLimits::getMaxInFlight).containsExactly(1);
  }

  @Test
  void refusedLimitsAreShownBehindWhatIsAppendedAgain() {
    limits(1, new RecordHeaders());
    bed.decisions();

    limits(-5, new RecordHeaders());
    bed.echo();
    bed.echo();

    assertThat(ofTenant()).extracting(Decision::getKind).containsExactly(DecisionKind.REFUSE);
    assertThat(newestCap()).isEqualTo(1);
  }

  /** The gate appends what was in force behind what a caller has set meanwhile. */
  @Test
  void limitsThatAreSetRightBehindRefusedOnesHold() {
    limits(1, new RecordHeaders());
    limits(-5, new RecordHeaders());
    var again = bed.records(Topics.TENANTS).getFirst();

    limits(7, new RecordHeaders());
    bed.decisions();
    send(again.value(), again.headers());

    assertThat(ofTenant()).isEmpty();
    assertThat(restored()).extracting(TenantLimits::getMaxInFlight).containsExactly(7);
    assertThat(newestCap()).isEqualTo(7);
  }

  @Test
  void aTombstoneRightBehindRefusedLimitsHolds() {
    limits(1, new RecordHeaders());
    limits(-5, new RecordHeaders());
    var again = bed.records(Topics.TENANTS).getFirst();

    send(null);
    send(again.value(), again.headers());

    assertThat(bed.records(Topics.TENANTS))
        .singleElement()
        .satisfies(record -> assertThat(record.value()).isNull());
    assertThat(newestCap()).isEqualTo(2);
  }

  /** Two limits that were sent to a wrong partition keep their order, whatever was refused. */
  @Test
  void limitsThatAreReroutedBehindWhatIsAppendedAgainHold() {
    limits(1, new RecordHeaders());
    long atMs = bed.nowMs();
    limits(-5, new RecordHeaders());

    limits(7, header(atMs + 1, ELSEWHERE, 3));

    assertThat(newestCap()).isEqualTo(7);
  }

  @Test
  void aForgedPlaceOfARefusedRecordIsNotBelieved() {
    limits(7, new RecordHeaders());
    bed.records(Topics.TENANTS);

    limits(3, refused(bed.nowMs(), HERE, 1_000));
    limits(4, refused(bed.nowMs(), ELSEWHERE, 0));
    limits(5, refused(Long.MAX_VALUE, HERE, 0));

    assertThat(restored()).isEmpty();
    assertThat(newestCap()).isEqualTo(5);
  }

  @Test
  void refusedLimitsOfATenantWithoutRecordLeaveNone() {
    limits(-5, new RecordHeaders());

    assertThat(bed.records(Topics.TENANTS))
        .singleElement()
        .satisfies(record -> assertThat(record.value()).isNull());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 4_000_000_000_000L})
  void noHeaderMakesARunOlder(long appendMs) {
    bed.heartbeat(10);
    var run = RunSubmitted.newBuilder().setTenant(TENANT).setRunId("r").setAgent("echo").build();

    bed.send(
        Topics.RUNS,
        TENANT.getBytes(StandardCharsets.UTF_8),
        bed.serdes.serializer(RunSubmitted.class).serialize(Topics.RUNS, run),
        header(appendMs, ELSEWHERE, 1));

    assertThat(bed.dispatches())
        .singleElement()
        .satisfies(given -> assertThat(given.getSubmittedAtMs()).isEqualTo(bed.nowMs()));
  }

  // --- the records

  private static Headers header(long appendMs, int partition, long offset) {
    return header(FirstAppend.HEADER, appendMs, partition, offset);
  }

  private static Headers refused(long appendMs, int partition, long offset) {
    return header("sluice-refused", appendMs, partition, offset);
  }

  private static Headers header(String name, long appendMs, int partition, long offset) {
    var value =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + Long.BYTES)
            .putLong(appendMs)
            .putInt(partition)
            .putLong(offset);
    return new RecordHeaders().add(name, value.array());
  }

  private void limits(int cap, Headers headers) {
    var limits = TenantLimits.newBuilder().setTenant(TENANT).setMaxInFlight(cap).build();
    send(bed.serdes.serializer(TenantLimits.class).serialize(Topics.TENANTS, limits), headers);
  }

  private void send(byte @Nullable [] value) {
    send(value, new RecordHeaders());
  }

  private void send(byte @Nullable [] value, Headers headers) {
    bed.send(Topics.TENANTS, TENANT.getBytes(StandardCharsets.UTF_8), value, headers);
  }

  /** What the gate appended to {@code tenants}. */
  private List<TenantLimits> restored() {
    return bed.read(Topics.TENANTS, TenantLimits.class);
  }

  private List<Decision> ofTenant() {
    return bed.decisions().stream().filter(one -> one.getTenant().equals(TENANT)).toList();
  }

  /** The cap in force, as the decision on a new run says it. */
  private int newestCap() {
    bed.decisions();
    bed.submit(TENANT, "probe");
    return bed.decisions().stream()
        .filter(decision -> decision.getTenant().equals(TENANT))
        .map(decision -> Objects.requireNonNull(decision.getLoad()).getCap())
        .toList()
        .getLast();
  }
}
