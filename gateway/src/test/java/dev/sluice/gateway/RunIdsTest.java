package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whichever way a submission takes, its key names the same run. */
final class RunIdsTest {
  @ParameterizedTest
  @CsvSource({"acme, order-7", "a, b", "tenant:1, 'a key with spaces, and a comma'"})
  void aClientMakesTheSameIdOfAKey(String tenant, String key) {
    assertThat(dev.sluice.client.RunIds.ofKey(tenant, key)).isEqualTo(RunIds.ofKey(tenant, key));
    assertThat(RunIds.ofKey(tenant, key)).isNotEqualTo(RunIds.ofKey(tenant + "x", key));
  }

  @ParameterizedTest
  @CsvSource({"1", "1000"})
  void aClientsOwnIdsAreOfVersion7(int count) {
    for (int i = 0; i < count; i++) {
      var id = UUID.fromString(dev.sluice.client.RunIds.next());
      assertThat(id.version()).isEqualTo(7);
      assertThat(id.variant()).isEqualTo(2);
    }
  }
}
