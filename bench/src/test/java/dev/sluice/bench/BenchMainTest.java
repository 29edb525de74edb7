package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BenchMainTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --only wrong                     | --only: no part [wrong]; there are [ready, start, step
          --only start,wrong               | --only: no part [wrong]
          --only work                      | --only: no part [work]
          --only                           | --only
          --in-process --only backlog      | --only: no part [backlog]; there are [accept, start
          --in-process --quick             | --quick is not for --in-process
          --json /nowhere/at/all.json      | --json: cannot write to /nowhere/at/all.json
          --fast                           | Unknown option: '--fast'
          more                             | Unmatched argument
          """)
  void saysWhatIsWrongWithFlagsBeforeItMeasures(String flags, String problem) {
    var standard = System.err;
    var said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertThat(BenchMain.run(List.of(flags.strip().split(" ")).toArray(String[]::new)))
          .isEqualTo(2);
    } finally {
      System.setErr(standard);
    }
    assertThat(said.toString(StandardCharsets.UTF_8)).contains(problem).endsWith("--help\n");
  }
}
