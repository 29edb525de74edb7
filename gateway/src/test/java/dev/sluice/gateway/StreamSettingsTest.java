package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.events.StreamLimits;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each stream takes a connection: other requests need some too. */
final class StreamSettingsTest {
  private static StreamLimits read(Map<String, String> more) {
    var settings = new HashMap<>(more);
    settings.put("bootstrap.servers", "127.0.0.1:1");
    settings.put("schema.registry.url", "http://127.0.0.1:1");
    return GatewayConfig.from(settings, false).streams();
  }

  @Test
  void takeHalfOfTheConnectionsAtMost() {
    var limits = read(Map.of("http.max.connections", "300"));
    assertThat(limits.gateway()).isEqualTo(150);
    assertThat(limits.tenant()).isEqualTo(75);

    assertThat(read(Map.of("http.max.connections", "1")).tenant()).isEqualTo(1);
    assertThat(read(Map.of("http.max.connections", "100000")).gateway()).isEqualTo(5_000);
  }

  @Test
  void areAsManyAsItIsTold() {
    var limits = read(Map.of("http.max.connections", "300", "streams.max", "280"));
    assertThat(limits.gateway()).isEqualTo(280);
    assertThat(limits.tenant()).isEqualTo(140);
  }
}
