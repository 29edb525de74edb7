package dev.sluice.app.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.app.sizing.Figure.Basis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SizingTest {
  private static final Path DOCS = Path.of("..", "docs");

  private static Load load(double runsPerSecond, int steps, long live, long waiting) {
    return new Load(runsPerSecond, steps, live, waiting, 1_000, 16, 3);
  }

  private static double figure(Load load, String name) {
    return Sizing.of(load).stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  /** What a gate with the default settings asks for (decision 0028: 977 MiB). */
  @Test
  void aSmallLoadNeedsWhatTheDefaultsNeed() {
    var small = load(1, 3, 1_000, 800);

    assertThat(figure(small, "gate partitions")).isEqualTo(4);
    assertThat(figure(small, "max.live.runs")).isEqualTo(100_000);
    assertThat(figure(small, "gate heap (-Xmx)") / 1024 / 1024).isCloseTo(977, within(1.0));
    assertThat(figure(small, "dispatch partitions")).isEqualTo(32);
    assertThat(figure(small, "runners")).isEqualTo(13);
  }

  @Test
  void aMillionLiveRunsOfWhichTwoHundredThousandWait() {
    var large = load(100, 20, 1_000_000, 200_000);

    assertThat(figure(large, "gate partitions")).isEqualTo(10);
    assertThat(figure(large, "max.live.runs")).isEqualTo(200_000);
    assertThat(figure(large, "gate heap (-Xmx)")).isEqualTo(2 * 200_000.0 * 10 * 1_024 / 0.8);
    assertThat(figure(large, "of it, live runs")).isEqualTo(710e6);
    assertThat(figure(large, "gate disk")).isEqualTo(100 * 86_400.0 * 42);
    assertThat(figure(large, "runners")).isEqualTo(50_000);
    assertThat(figure(large, "dispatch partitions")).isEqualTo(1_000);
    assertThat(figure(large, "into the brokers"))
        .isEqualTo(100 * (10_518.0 + 19 * 500 + 25 * 1_000));
    assertThat(figure(large, "between the brokers"))
        .isEqualTo(2 * figure(large, "into the brokers"));
  }

  @ParameterizedTest
  @CsvSource({"50,0.93", "200,1.56", "740,1.776", "125,1.245", "1480,3.552"})
  void coresAreThoseThatWereMeasuredAndBetweenThem(double rate, double cores) {
    assertThat(Sizing.cores(load(rate, 3, 1_000, 0))).isCloseTo(cores, within(0.01));
  }

  /** Of anything more, nothing takes less. */
  @ParameterizedTest
  @MethodSource("seeds")
  void moreLoadNeverNeedsLess(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 200; i++) {
      long live = random.nextLong(1, 5_000_000);
      long waiting = random.nextLong(0, live + 1);
      var less =
          new Load(
              random.nextDouble(0.01, 5_000),
              random.nextInt(0, 1_000),
              live,
              waiting,
              random.nextInt(0, 100_000),
              random.nextInt(1, 100),
              random.nextInt(1, 5));
      var more =
          new Load(
              less.runsPerSecond() * random.nextDouble(1, 3),
              less.steps() + random.nextInt(0, 10),
              live + random.nextLong(0, 1_000_000),
              waiting,
              less.payloadBytes() + random.nextInt(0, 1_000),
              less.slots(),
              less.replicas() + random.nextInt(0, 3));
      for (var figure : Sizing.of(less)) {
        // Of more partitions each may have fewer runs.
        if (!figure.name().equals("max.live.runs") && !figure.name().equals("gate heap (-Xmx)")) {
          assertThat(figure(more, figure.name()))
              .as("%s of %s and of %s", figure.name(), less, more)
              .isGreaterThanOrEqualTo(figure.value());
        }
      }
    }
  }

  static List<Long> seeds() {
    return List.of(1L, 2L, 3L, 4L, 5L);
  }

  /** A constant that is measured again must be changed here, too. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "performance.md|10,518",
        "performance.md|4,177",
        "performance.md|18.6",
        "performance.md|7.8",
        "performance.md|740 runs/s",
        "performance.md|2.40 ms",
        "decisions/0023-recent-ids-on-disk.md|42.0 B",
        "decisions/0023-recent-ids-on-disk.md|170,000",
        "decisions/0028-bounds-of-live-runs.md|630 B",
        "decisions/0028-bounds-of-live-runs.md|977 MiB",
        "decisions/0043-live-decisions.md|80 bytes of heap per run",
        "decisions/0051-cost-of-a-run.md|10,405",
        "decisions/0051-cost-of-a-run.md|1,438",
        "decisions/0051-cost-of-a-run.md|222 bytes",
        "decisions/0051-cost-of-a-run.md|3,200"
      })
  void whatItCalculatesWithStandsWhereItSays(String page, String figure) throws IOException {
    assertThat(Files.readString(DOCS.resolve(page))).contains(figure);
  }

  @Test
  void everyFigureNamesItsSource() throws IOException {
    var page = Files.readString(DOCS.resolve("sizing.md"));
    assertThat(Sizing.of(load(50, 3, 1_000, 0)))
        .allSatisfy(
            figure -> {
              assertThat(figure.source()).isNotBlank();
              assertThat(page).as("docs/sizing.md").contains("| " + figure.name() + " |");
              if (figure.basis() == Basis.MEASURED) {
                assertThat(figure.source()).containsPattern("docs/|0\\d{3}");
              }
            });
  }

  @Test
  void saysAllThatIsWrongAtOnce() {
    assertThatThrownBy(() -> new Load(0, -1, 10, 11, 2_000_000, 0, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--runs-per-s must be above 0, at most 100000, got 0.0; --steps must be 0 to 100000,"
                + " got -1; --waiting must be 0 to 10, got 11; --payload must be 0 to 1048576, got"
                + " 2000000; --slots must be 1 to 10000, got 0; --replicas must be 1 to 9, got 10");
  }

  @Test
  void printsALineForEachFigureAndTheSameAsJson() throws Exception {
    var figures = Sizing.of(load(50, 3, 20_000, 15_000));

    assertThat(SizingCommand.text(figures).lines())
        .hasSize(figures.size())
        .anyMatch(line -> line.matches("gate disk +173.0 MiB +measured +42 bytes for each run .*"))
        .anyMatch(line -> line.matches("CPU, all processes +0.9 cores +estimated .*"));
    assertThat(SizingCommand.json(figures))
        .contains("{\"figure\":\"gate partitions\",\"value\":4.0,\"unit\":\"count\",");
  }
}
