package dev.sluice.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class AnchorsTest {
  static Stream<Arguments> lines() {
    return Stream.of(
        Arguments.of("# HTTP ports", "http-ports"),
        Arguments.of("### Rule 4: Heartbeats keep it", "rule-4-heartbeats-keep-it"),
        Arguments.of("## `GET /v1/{pool}` - a_b", "get-v1pool---a_b"),
        Arguments.of("## [The gate](x.md)'s **own** ##", "the-gates-own"),
        Arguments.of("## Größe & Maß", "größe--maß"),
        Arguments.of("<a id=\"i1\"></a>**I1**", "i1"));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void namesAHeadingAsGitHubDoes(String line, String anchor) {
    assertThat(Anchors.of(line)).containsExactly(anchor);
  }

  @Test
  void numbersHeadingsThatAreThereTwice() {
    assertThat(Anchors.of("# A\n## B\n## B\n## B"))
        .containsExactlyInAnyOrder("a", "b", "b-1", "b-2");
  }

  @Test
  void takesNoCommentInCodeForAHeading() {
    assertThat(Anchors.of("# A\n```\n# b\n```\n    # c\n#d\n# E"))
        .containsExactlyInAnyOrder("a", "e");
  }
}
