package dev.sluice.topology.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topic.Topics;
import dev.sluice.schemas.wire.ResubmittedLimits;
import dev.sluice.topology.gate.inbound.SettingRecords;
import dev.sluice.v1.PoolSetting;
import dev.sluice.v1.Setting;
import dev.sluice.v1.TenantLimits;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind whatever changes nothing on a compacted topic stands what is in force. */
final class InForceAgainTest {
  private static final byte[] ACME = "acme".getBytes(UTF_8);
  private static final byte[] GPU = "pool/gpu".getBytes(UTF_8);
  private static final byte[] GARBAGE = {0, 0, 0, 0, 1, -1};

  @TempDir private Path dir;
  private @Nullable GateBed bed;

  @BeforeEach
  void setSome() {
    bed = new GateBed(dir);
    bed().send(Topics.TENANTS, ACME, "{\"tenant\":\"acme\",\"max_in_flight\":7}".getBytes(UTF_8));
    bed().send(Topics.SETTINGS, "pool/gpu", new Setting("pool", "gpu", open(), null, null, null));
    assertThat(bed().records(Topics.TENANTS)).isEmpty();
    assertThat(bed().records(Topics.SETTINGS)).isEmpty();
  }

  @AfterEach
  void close() {
    bed().close();
  }

  private GateBed bed() {
    return Objects.requireNonNull(bed);
  }

  private static PoolSetting open() {
    return new PoolSetting(true, false, null);
  }

  private TestRecord<byte[], byte[]> appended(String topic) {
    var records = bed().records(topic);
    assertThat(records).hasSize(1);
    return records.getFirst();
  }

  private void assertLimitsStand() {
    var record = appended(Topics.TENANTS);
    var limits =
        bed().serdes.deserializer(TenantLimits.class).deserialize(Topics.TENANTS, record.value());
    assertThat(record.key()).isEqualTo(ACME);
    assertThat(limits).returns(7, TenantLimits::getMaxInFlight);
  }

  private void assertSettingStands() {
    var record = appended(Topics.SETTINGS);
    var setting =
        bed().serdes.deserializer(Setting.class).deserialize(Topics.SETTINGS, record.value());
    assertThat(record.key()).isEqualTo(GPU);
    assertThat(Objects.requireNonNull(setting).getPool()).isEqualTo(open());
  }

  private static Headers header(String name, byte[] value) {
    return new RecordHeaders().add(name, value);
  }

  /** As if the gate itself had appended it. */
  @Test
  void behindGarbageWithAForgedHeader() {
    byte[] place = ByteBuffer.allocate(20).putLong(1).putInt(0).putLong(0).array();

    bed().send(Topics.TENANTS, ACME, GARBAGE, header("sluice-refused", place));
    bed().send(Topics.SETTINGS, GPU, GARBAGE, SettingRecords.restored(0));

    assertLimitsStand();
    assertSettingStands();
  }

  @Test
  void behindLimitsWhoseSchemaIsNotKnownYet() {
    bed().send(Topics.TENANTS, ACME, new byte[] {0, 0, 0, 77, 77, 1});

    assertLimitsStand();
    assertThat(bed().records(Topics.LOOKUPS)).hasSize(1);
  }

  @Test
  void behindLimitsWhoseSchemaWillNotBeKnown() {
    var verdict = header("sluice-parked-verdict", "no schema 5065985".getBytes(UTF_8));

    bed().send(Topics.TENANTS, ACME, new byte[] {0, 0, 0, 77, 77, 1}, verdict);

    assertLimitsStand();
    assertThat(bed().records(Topics.DEAD_LETTERS)).hasSize(1);
  }

  /** Whoever reads anew cannot judge whether they were set since. */
  @Test
  void behindLimitsThatAreSentBackThoughTheySayTheSame() {
    bed().send(Topics.TENANTS, ACME, GARBAGE);
    byte[] same = appended(Topics.TENANTS).value();
    byte[] lay = ResubmittedLimits.header(1, 0, 1);

    bed().send(Topics.TENANTS, ACME, same, header(ResubmittedLimits.HEADER, lay));

    assertLimitsStand();
  }

  @Test
  void behindLimitsThatAreSentBackWithoutAPlace() {
    byte[] other = "{\"tenant\":\"acme\",\"max_in_flight\":9}".getBytes(UTF_8);
    for (var lay : List.of(new byte[3], ResubmittedLimits.header(1, 0, 1_000_000))) {
      bed().send(Topics.TENANTS, ACME, other, header(ResubmittedLimits.HEADER, lay));

      assertLimitsStand();
    }
  }

  /** A gate that fails on what it writes itself would else do so for ever. */
  @Test
  void exceptBehindARecordThatSaysItAlready() {
    bed().send(Topics.TENANTS, ACME, GARBAGE);
    byte[] same = appended(Topics.TENANTS).value();
    byte[] place = ByteBuffer.allocate(20).putLong(1).putInt(0).putLong(0).array();

    bed().send(Topics.TENANTS, ACME, same, header("sluice-refused", place));

    assertThat(bed().records(Topics.TENANTS)).isEmpty();
  }
}
