package dev.sluice.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.embedded.RegistryServer;
import dev.sluice.schemas.wire.SerdeException;
import dev.sluice.v1.RunSubmitted;
import dev.sluice.v1.TenantLimits;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SluiceSerdesTest {
  private final RegistryServer registry = RegistryServer.start(0, null);
  private final SluiceSerdes serdes =
      SluiceSerdes.create(Map.of("schema.registry.url", registry.url().toString()));

  @AfterEach
  void stop() {
    registry.close();
  }

  private static RunSubmitted run() {
    return RunSubmitted.newBuilder()
        .setRunId("r")
        .setTenant("t")
        .setAgent("a")
        .setInput(ByteBuffer.wrap(new byte[] {1, 2}))
        .build();
  }

  private byte[] written() {
    return serdes.serializer(RunSubmitted.class).serialize("runs", run());
  }

  @Test
  void readsWhatItWrites() {
    assertThat(serdes.deserializer(RunSubmitted.class).deserialize("runs", written()))
        .isEqualTo(run());
  }

  @Test
  void saysWhenBytesAreCutShort() {
    byte[] cut = Arrays.copyOf(written(), written().length - 3);
    assertKind(cut, SerdeException.Kind.MALFORMED);
    assertKind(new byte[] {0, 0}, SerdeException.Kind.MALFORMED);
    assertKind(new byte[] {7, 0, 0, 0, 1, 2}, SerdeException.Kind.MALFORMED);
  }

  @Test
  void saysWhenTheRegistryDoesNotKnowTheSchema() {
    byte[] unknown = written();
    unknown[4] = 99;
    assertKind(unknown, SerdeException.Kind.UNKNOWN_ID);
  }

  @Test
  void saysWhenTheSchemaIsAnotherRecords() {
    var limits = TenantLimits.newBuilder().setTenant("t").build();
    byte[] other = serdes.serializer(TenantLimits.class).serialize("tenants", limits);
    assertKind(other, SerdeException.Kind.INCOMPATIBLE);
  }

  @Test
  void saysWhenNoRegistryAnswers() {
    registry.close();
    assertThatThrownBy(this::written)
        .isInstanceOfSatisfying(
            SerdeException.class,
            e -> assertThat(e.kind()).isEqualTo(SerdeException.Kind.REGISTRY_DOWN));
  }

  private void assertKind(byte[] data, SerdeException.Kind kind) {
    assertThatThrownBy(() -> serdes.deserializer(RunSubmitted.class).deserialize("runs", data))
        .isInstanceOfSatisfying(SerdeException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
