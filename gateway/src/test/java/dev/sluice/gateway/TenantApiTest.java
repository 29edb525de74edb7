package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.http.message.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which limits a request wants to replace. */
final class TenantApiTest {
  @Test
  void aConditionNamesTheLimitsThatAreReplaced() {
    assertThat(TenantApi.expected(null, null)).isNull();
    assertThat(TenantApi.expected("\"0\"", null)).isZero();
    assertThat(TenantApi.expected(" \"17\" ", null)).isEqualTo(17);
    assertThat(TenantApi.expected(null, "*")).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "*",
        "W/\"7\"",
        "\"-1\"",
        "\"a\"",
        "\"1\", \"2\"",
        "\"9999999999999999999\""
      })
  void whatIsNoTagOfATenantIs400(String ifMatch) {
    assertThatThrownBy(() -> TenantApi.expected(ifMatch, null))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(400));
  }

  @Test
  void oneConditionIsEnough() {
    assertThatThrownBy(() -> TenantApi.expected(null, "\"7\"")).isInstanceOf(Problem.class);
    assertThatThrownBy(() -> TenantApi.expected("\"7\"", "*")).isInstanceOf(Problem.class);
  }
}
