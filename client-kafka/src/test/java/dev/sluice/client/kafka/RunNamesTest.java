package dev.sluice.client.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.client.Submission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that no gate can answer to are refused before anything is sent. */
final class RunNamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a/b", "a~1", "ä", "line\nbreak"})
  void refusesTenantsAndIdsThatAreNone(String name) {
    var tenant = Submission.of(name, "echo").build();
    assertThatThrownBy(() -> RunNames.idOf(tenant))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tenant");
    var run = Submission.of("t", "echo").runId(name).build();
    assertThatThrownBy(() -> RunNames.idOf(run))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("run_id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " a", "a ", "ä", "tab\there", "\u007f"})
  void refusesKeysOutsideVisibleAscii(String key) {
    refuses(key);
  }

  @Test
  void refusesKeysThatAreTooLong() {
    refuses("k".repeat(257));
    assertThat(RunNames.idOf(keyed("k".repeat(256)))).startsWith("key-");
  }

  private static void refuses(String key) {
    assertThatThrownBy(() -> RunNames.idOf(keyed(key)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("idempotency key must be 1-256 characters of visible ASCII");
  }

  private static Submission keyed(String key) {
    return Submission.of("t", "echo").idempotencyKey(key).build();
  }

  @Test
  void takesTheIdThatIsGivenOrMakesOne() {
    assertThat(RunNames.idOf(Submission.of("t", "echo").runId("order:7_a.b-c").build()))
        .isEqualTo("order:7_a.b-c");
    assertThat(RunNames.idOf(keyed("order 7"))).startsWith("key-");
    assertThat(RunNames.idOf(keyed("order/7!"))).isEqualTo(RunNames.idOf(keyed("order/7!")));
    var run = Submission.of("t", "echo").build();
    assertThat(RunNames.idOf(run)).isNotEqualTo(RunNames.idOf(run));
  }
}
