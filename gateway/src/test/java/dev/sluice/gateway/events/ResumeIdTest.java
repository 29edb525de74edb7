package dev.sluice.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.http.message.Problem;
import java.util.Base64;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller sends back to go on behind an event. */
final class ResumeIdTest {
  private static final ResumeId ID =
      new ResumeId(
          Map.of(Source.OUTPUTS, 7L, Source.DECISIONS, 1L << 40, Source.COMPLETIONS, 0L),
          3,
          12,
          true,
          false);

  @Test
  void comesBackAsItWas() {
    assertThat(ResumeId.read(ID.text("acme/r-1"), "acme/r-1")).isEqualTo(ID);

    var next = Map.of(Source.DECISIONS, 5L, Source.COMPLETIONS, 6L);
    var ofTenant = new ResumeId(next, 0, 0, false, true);
    assertThat(ResumeId.read(ofTenant.text("acme"), "acme")).isEqualTo(ofTenant);
  }

  @Test
  void isRefusedByAnotherStream() {
    assertThatThrownBy(() -> ResumeId.read(ID.text("acme/r-1"), "acme/r-2"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("Last-Event-ID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "not base64!", "AQ", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void isRefusedIfItIsNoneOfOurs(String text) {
    assertThatThrownBy(() -> ResumeId.read(text, "acme")).isInstanceOf(Problem.class);
  }

  @Test
  void isRefusedWithAnyBitChanged() {
    var random = new SplittableRandom(1);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = Base64.getUrlDecoder().decode(ID.text("acme"));
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      var text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);

      assertThatThrownBy(() -> ResumeId.read(text, "acme")).isInstanceOf(Problem.class);
    }
  }
}
