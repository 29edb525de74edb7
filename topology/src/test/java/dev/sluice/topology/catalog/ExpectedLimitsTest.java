package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.admission.tenant.Tenant;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.gate.GateBed;
import dev.sluice.v1.Decision;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.TenantLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Limits that say which they replace: the gate decides, and what compaction leaves of the topic
 * tells a gate and a catalog that are new what it decided.
 */
@SuppressWarnings("NullAway.Init") // set before each test
final class ExpectedLimitsTest {
  private static final String TENANT = "acme";
  private static final int NONE = -1;
  private static final int DEFAULT_CAP = 2;

  private record Entry(String key, byte @Nullable [] value, Headers headers) {}

  @TempDir private Path dir;
  private GateBed bed;

  /** Everything on the topic, with what the gate appended, by its offset. */
  private final List<Entry> topic = new ArrayList<>();

  private int probes;

  @BeforeEach
  void start() {
    bed = new GateBed(dir.resolve("gate"));
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Test
  void limitsThatWereSeenAreReplaced() {
    int first = set(TENANT, 3, null);
    assertThat(cap(bed, TENANT)).isEqualTo(3);

    set(TENANT, 4, first);

    assertThat(cap(bed, TENANT)).isEqualTo(4);
    assertThat(newest().getExpected()).as("a gate that is new needs to compare nothing").isNull();
    assertThat(newest().getMaxInFlight()).isEqualTo(4);
  }

  @Test
  void limitsThatSomebodyElseHasReplacedStay() {
    int first = set(TENANT, 3, null);
    int second = set(TENANT, 4, first);
    bed.decisions();

    set(TENANT, 5, first);

    assertThat(ofTenant())
        .singleElement()
        .satisfies(
            decision -> {
              assertThat(decision.getKind()).isEqualTo(DecisionKind.REFUSE);
              assertThat(decision.getReason())
                  .startsWith("the limits at " + first + " were to be replaced, and those at ");
            });
    assertThat(cap(bed, TENANT)).isEqualTo(4);
    assertThat(newest().getMaxInFlight()).isEqualTo(4);
    set(TENANT, 6, second);
    assertThat(cap(bed, TENANT)).as("those that were refused are no change").isEqualTo(6);
  }

  @Test
  void theFirstLimitsReplaceNone() {
    set(TENANT, 3, 0);
    assertThat(cap(bed, TENANT)).as("where there are none").isEqualTo(DEFAULT_CAP);
    set(TENANT, 3, NONE);
    assertThat(cap(bed, TENANT)).isEqualTo(3);

    set(TENANT, 4, NONE);

    assertThat(cap(bed, TENANT)).isEqualTo(3);
  }

  @Test
  void limitsThatTheGateAppendedAgainAreTheSameOnesAndRefusedOnesAreNot() {
    set(TENANT, 3, null);
    int refused = set(TENANT, -5, null);
    int again = topic.size() - 1;

    set(TENANT, 4, refused);
    assertThat(cap(bed, TENANT)).isEqualTo(3);
    set(TENANT, 5, again);

    assertThat(cap(bed, TENANT)).isEqualTo(5);
  }

  /** Whoever is refused makes the gate append; that does not make the others too late. */
  @Test
  void ofManyWhoHaveSeenDifferentCopiesTheFirstIsNotTooLate() {
    int first = set(TENANT, 3, null);
    set(TENANT, -5, null);
    int seen = topic.size() - 1;
    for (int i = 1; i < Tenant.MOST_AGAIN; i++) {
      set(TENANT, 4, 1_000_000);
    }

    set(TENANT, 5, seen);
    assertThat(cap(bed, TENANT)).isEqualTo(5);

    set(TENANT, 6, first);
    assertThat(cap(bed, TENANT)).isEqualTo(5);
  }

  @Test
  void aPlaceThatHoldsNothingOfTheTenantsIsNotReplaced() {
    set(TENANT, 3, null);
    int others = set("other", 3, null);

    set(TENANT, 4, others);
    set(TENANT, 4, 1_000_000);

    assertThat(cap(bed, TENANT)).isEqualTo(3);
  }

  /** What is refused though it says what is in force holds nowhere else. */
  @Test
  void refusedLimitsThatSayTheSameAreAppendedWithoutTheirCondition() {
    set(TENANT, 3, null);

    set(TENANT, 3, 1_000_000);

    assertThat(newest().getExpected()).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aGateAndACatalogThatAreNewAgreeOnWhatCompactionLeaves(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 60; i++) {
      any(random, "t" + random.nextInt(3));
    }

    var left = compacted();
    try (var gate = new GateBed(dir.resolve("new"));
        var catalog = new CatalogBed(dir.resolve("catalog"))) {
      for (int offset = 0; offset < topic.size(); offset++) {
        var entry = left.getOrDefault(offset, new Entry("gap", null, new RecordHeaders()));
        byte[] key = entry.key().getBytes(StandardCharsets.UTF_8);
        if (entry.value() == null) {
          gate.send(Topics.TENANTS, key, null, entry.headers());
          catalog.raw(Topics.TENANTS, key, null);
        } else { // each has its own registry
          var limits = read(entry.value());
          byte[] value = gate.serialize(Topics.TENANTS, limits);
          gate.send(Topics.TENANTS, key, value, entry.headers());
          catalog.pipe(Topics.TENANTS, key, TenantLimits.class, limits);
        }
      }
      for (var tenant : List.of("t0", "t1", "t2")) {
        int cap = cap(bed, tenant);
        assertThat(cap(gate, tenant)).as(tenant + " of the gate").isEqualTo(cap);
        assertThat(shown(catalog, tenant)).as(tenant + " of the catalog").isEqualTo(cap);
      }
      assertThat(gate.records(Topics.TENANTS)).as("nothing is left to be said").isEmpty();
    }
  }

  private void any(SplittableRandom random, String tenant) {
    int cap = random.nextInt(3, 6);
    switch (random.nextInt(6)) {
      case 0 -> set(tenant, -5, null);
      case 1 -> send(tenant, "garbage".getBytes(StandardCharsets.UTF_8));
      case 2 -> set(tenant, cap, null);
      case 3 -> send(tenant, null);
      case 4 -> set(tenant, cap, random.nextInt(NONE, Math.max(1, topic.size())));
      default -> set(tenant, cap, newestOf(tenant));
    }
  }

  private int newestOf(String tenant) {
    for (int offset = topic.size() - 1; offset >= 0; offset--) {
      if (topic.get(offset).key().equals(tenant)) {
        return topic.get(offset).value() == null ? NONE : offset;
      }
    }
    return NONE;
  }

  private Map<Integer, Entry> compacted() {
    var newest = new HashMap<String, Integer>();
    for (int offset = 0; offset < topic.size(); offset++) {
      newest.put(topic.get(offset).key(), offset);
    }
    var left = new HashMap<Integer, Entry>();
    newest.values().forEach(offset -> left.put(offset, topic.get(offset)));
    return left;
  }

  // --- the records

  private int set(String tenant, int cap, @Nullable Integer expected) {
    var limits =
        TenantLimits.newBuilder()
            .setTenant(tenant)
            .setMaxInFlight(cap)
            .setExpected(expected == null ? null : Long.valueOf(expected))
            .build();
    return send(tenant, bed.serialize(Topics.TENANTS, limits));
  }

  /** The record's offset; what the gate appends comes right behind it. */
  private int send(String tenant, byte @Nullable [] value) {
    int offset = topic.size();
    bed.send(Topics.TENANTS, tenant.getBytes(StandardCharsets.UTF_8), value);
    topic.add(new Entry(tenant, value, new RecordHeaders()));
    for (var record : bed.records(Topics.TENANTS)) {
      var key = new String(record.key(), StandardCharsets.UTF_8);
      topic.add(new Entry(key, record.value(), record.headers()));
    }
    return offset;
  }

  private TenantLimits newest() {
    return read(Objects.requireNonNull(topic.getLast().value()));
  }

  private TenantLimits read(byte[] value) {
    return Objects.requireNonNull(
        bed.serdes.deserializer(TenantLimits.class).deserialize(Topics.TENANTS, value));
  }

  private List<Decision> ofTenant() {
    return bed.decisions().stream().filter(one -> one.getTenant().equals(TENANT)).toList();
  }

  /** The cap in force, as the decision on a new run says it. */
  private int cap(GateBed gate, String tenant) {
    gate.decisions();
    gate.submit(tenant, "probe-" + probes++);
    return gate.decisions().stream()
        .filter(decision -> decision.getTenant().equals(tenant))
        .map(decision -> Objects.requireNonNull(decision.getLoad()).getCap())
        .toList()
        .getLast();
  }

  private static int shown(CatalogBed catalog, String tenant) {
    JsonNode limits = catalog.queries.tenant(tenant, 0).path("limits");
    return limits.path("max_in_flight").asInt(DEFAULT_CAP);
  }
}
