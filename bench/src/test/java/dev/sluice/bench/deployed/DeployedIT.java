package dev.sluice.bench.deployed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.measure.Figure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A little of everything, as with {@code --quick}: every figure is there and can be true. */
@Tag("slow")
final class DeployedIT {
  private static final List<String> ROLES =
      List.of("broker", "gate", "catalog", "gateway", "runner");

  @Test
  void givesEveryFigure() throws Exception {
    var figures = new ArrayList<Figure>();
    long children = ProcessHandle.current().children().count();

    Deployed.measure(new TreeSet<>(Deployed.PARTS), true, figures::addAll);

    assertThat(figures).extracting(Figure::figure).doesNotHaveDuplicates().containsAll(expected());
    assertThat(figures)
        .allSatisfy(
            figure -> {
              assertThat(figure.value()).isNotNegative().isLessThan(atMost(figure));
              assertThat(Objects.requireNonNullElse(figure.floor(), 1.0)).isPositive();
            });
    assertThat(figures.stream().filter(DeployedIT::neverZero))
        .allSatisfy(figure -> assertThat(figure.value()).isPositive());
    assertThat(ProcessHandle.current().children().count()).isEqualTo(children);
  }

  private static List<String> expected() {
    var names = new ArrayList<String>();
    for (var phase : List.of("first 50 runs, 50/s", "warm, 50/s", "warm, 200/s")) {
      names.addAll(List.of("accept p50, " + phase, "accept p99, " + phase));
      names.addAll(List.of("start p50, " + phase, "start p99, " + phase));
      names.add("CPU per run, " + phase);
      ROLES.forEach(role -> names.add("CPU per run of the " + role + ", " + phase));
    }
    for (var role : ROLES) {
      names.add("CPU of the " + role + ", idle");
      if (Files.exists(Path.of("/proc/self/smaps_rollup"))) {
        names.add("memory (PSS) of the " + role + ", idle, before the first run");
        names.add("memory (PSS) of the " + role + ", after 50 runs");
      }
    }
    names.addAll(
        List.of(
            "./sluice up to ready",
            "./sluice gate to ready, no state",
            "CPU of all, idle",
            "bytes into the broker per run, warm, 50/s",
            "bytes out of the broker per run, warm, 50/s",
            "requests to the broker per run, warm, 50/s",
            "durable step p50, 100/s",
            "durable step p99, 100/s",
            "300 runs of 3 steps, 1st time",
            "CPU per run, 300 runs of 3 steps, 3rd time",
            "100 runs of 50 ms at cap 4, 1st time",
            "others' start p50 meanwhile, 1st time",
            "others' start p99 meanwhile, 2nd time"));
    return names;
  }

  /** Ticks are coarse: a process may use none of them in a short while. */
  private static boolean neverZero(Figure figure) {
    return !figure.figure().contains("CPU of the") && !figure.figure().contains("run of the");
  }

  private static double atMost(Figure figure) {
    return switch (figure.unit()) {
      case "ms" -> 60_000;
      case "s" -> 60;
      case "cores" -> Runtime.getRuntime().availableProcessors() + 1;
      case "MB" -> 2_000;
      case "runs/s" -> 100_000;
      case "bytes" -> 1_000_000;
      default -> 10_000;
    };
  }
}
