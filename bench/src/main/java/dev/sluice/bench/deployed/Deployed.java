package dev.sluice.bench.deployed;

import dev.sluice.app.Main;
import dev.sluice.bench.measure.Figure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All parts of the bench that measure separate processes. */
public final class Deployed {
  private static final int WARM_UP = 3_000;

  /** In the order in which they are measured. */
  public static final List<String> PARTS =
      List.of("ready", "start", "step", "backlog", "flood", "kill");

  private final Plan plan;
  private final Consumer<List<Figure>> measured;
  private @Nullable Stack shared;
  private @Nullable FloorStack sharedFloor;

  private Deployed(Plan plan, Consumer<List<Figure>> measured) {
    this.plan = plan;
    this.measured = measured;
  }

  /**
   * Measures parts.
   *
   * @param quick a fraction of everything, to see that it works
   * @param measured gets each part's figures as soon as there are any
   */
  public static void measure(Set<String> only, boolean quick, Consumer<List<Figure>> measured)
      throws Exception {
    prepare();
    Load.warmUp(WARM_UP);
    new Deployed(quick ? Plan.quick() : Plan.full(), measured).measure(only);
  }

  private void measure(Set<String> only) throws Exception {
    try {
      if (only.contains("ready")) {
        measured.accept(Readiness.figures(plan));
      }
      if (only.contains("start") || only.contains("step")) {
        phasesAndSteps(only);
      }
      if (only.contains("backlog")) {
        var floor = onFloor(stack -> Backlog.floor(plan, stack));
        on(stack -> Backlog.figures(plan, stack, floor));
      }
      if (only.contains("flood")) {
        on(stack -> Flood.figures(plan, stack));
      }
    } finally {
      closeShared();
    }
    if (only.contains("kill")) {
      kills();
    }
  }

  /** On local stacks, which see their runners die; others' use is that of the moment before. */
  private void kills() throws Exception {
    try (var none = new Processes()) {
      double others = Usage.othersNow(none);
      measured.accept(
          KillToResume.measure(plan).stream().map(figure -> figure.amid(others)).toList());
    }
  }

  /** Steps are measured on a warm stack. */
  private void phasesAndSteps(Set<String> only) throws Exception {
    boolean start = only.contains("start");
    var floor = start ? onFloor(stack -> Observed.of(stack, plan)) : null;
    on(
        stack -> {
          var figures = new ArrayList<Figure>();
          if (floor != null) {
            figures.addAll(Phases.figures(plan, Observed.of(new Load(stack), plan), floor));
          }
          if (only.contains("step")) {
            figures.addAll(Steps.figures(plan, stack));
          }
          return figures;
        });
  }

  private interface FloorPart<T> {
    T of(FloorStack stack) throws Exception;
  }

  private <T> T onFloor(FloorPart<T> part) throws Exception {
    if (plan.oneStack()) {
      var stack = sharedFloor == null ? new FloorStack() : sharedFloor;
      sharedFloor = stack;
      return part.of(stack);
    }
    try (var stack = new FloorStack()) {
      return part.of(stack);
    }
  }

  private void closeShared() throws IOException {
    if (sharedFloor != null) {
      sharedFloor.close();
    }
    if (shared != null) {
      shared.close();
    }
  }

  private interface Part {
    List<Figure> figures(Stack stack) throws Exception;
  }

  private void on(Part part) throws Exception {
    if (plan.oneStack()) {
      var stack = shared == null ? new Stack() : shared;
      shared = stack;
      measured.accept(part.figures(stack));
      return;
    }
    try (var stack = new Stack()) {
      measured.accept(part.figures(stack));
    }
  }

  /**
   * Has the launcher make its caches of classes, as whoever deploys does before the first start.
   */
  private static void prepare() throws IOException, InterruptedException {
    var launcher = System.getProperty(Main.LAUNCHER);
    if (launcher == null) {
      return; // as in tests
    }
    for (var local : List.of("", "yes")) {
      var builder = new ProcessBuilder(launcher, Stack.GATE, "--help");
      builder.environment().putAll(Map.of("SLUICE_TRAIN", "first", "SLUICE_LOCAL", local));
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      int exit = builder.start().waitFor();
      if (exit != 0) {
        throw new IOException(launcher + " ended with " + exit);
      }
    }
  }
}
