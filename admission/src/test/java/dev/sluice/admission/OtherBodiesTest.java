package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.GateEffect.DecisionKind;
import dev.sluice.admission.run.Outcome;
import dev.sluice.admission.run.RunSpec;
import dev.sluice.admission.run.TreeLimits;
import dev.sluice.contract.BodyHashes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One id, two requests: whatever has become of the first, the second is told apart. */
final class OtherBodiesTest {
  private static final String KNOWN = "the run id is known";

  private final OneWorker worker = new OneWorker(1);
  private final List<String> duplicates = new ArrayList<>();

  private static RunSpec spec(String pool, int maxAttempts, @Nullable Long bodyHash) {
    var retry = new dev.sluice.admission.run.RetryRule(maxAttempts, 1, 1);
    return new RunSpec(
        "agent",
        pool,
        0,
        Map.of(),
        Map.of(),
        Map.of(),
        null,
        null,
        null,
        null,
        retry,
        TreeLimits.NONE,
        null,
        bodyHash);
  }

  private void submit(@Nullable Long bodyHash) {
    worker.submit("acme", "run", spec("default", 1, bodyHash));
  }

  private static Arguments state(String name, Consumer<OtherBodiesTest> reach) {
    return Arguments.of(name, reach);
  }

  static Stream<Arguments> states() {
    return Stream.of(
        state("running", test -> test.submit(7L)),
        state(
            "queued",
            test -> {
              test.worker.submit("acme", "first", 0);
              test.submit(7L);
            }),
        state(
            "succeeded",
            test -> {
              test.submit(7L);
              test.worker.end(Outcome.SUCCEEDED);
            }),
        state(
            "dead",
            test -> {
              test.submit(7L);
              test.worker.end(Outcome.FAILED);
            }),
        state(
            "cancelled",
            test -> {
              test.worker.submit("acme", "first", 0);
              test.submit(7L);
              test.worker.cancel("acme", "run");
            }),
        state("refused", test -> test.worker.submit("acme", "run", spec("nowhere", 1, 7L))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("states")
  void tellsAnotherBodyFromARepeat(String name, Consumer<OtherBodiesTest> reach) {
    reach.accept(this);
    worker.beforeRecord =
        event ->
            effects ->
                effects.stream()
                    .filter(GateEffect.Decide.class::isInstance)
                    .map(GateEffect.Decide.class::cast)
                    .filter(decision -> decision.kind() == DecisionKind.DUPLICATE)
                    .forEach(decision -> duplicates.add(decision.reason()));

    submit(7L);
    submit(8L);
    submit(null);
    submit(7L);

    assertThat(duplicates).containsExactly(KNOWN, BodyHashes.OTHER_BODY, KNOWN, KNOWN);
  }

  @Test
  void aRunWithoutAHashConflictsWithNothing() {
    submit(null);
    worker.beforeRecord =
        event ->
            effects ->
                effects.forEach(
                    effect -> {
                      if (effect instanceof GateEffect.Decide decision) {
                        duplicates.add(decision.reason());
                      }
                    });

    submit(8L);

    assertThat(duplicates).containsExactly(KNOWN);
  }
}
