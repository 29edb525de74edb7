package dev.sluice.runner.execution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runner.execution.StepValues.Row;
import dev.sluice.runner.execution.StepValues.Unfit;
import dev.sluice.runner.io.Forgeries;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.sdk.TypeName;
import dev.sluice.sdk.TypeRef;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.StepEntry;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a step gives is the same when its body was executed and when it is replayed. */
final class StepTypesTest {
  static {
    Forgeries.trustRecords();
  }

  private final List<@Nullable Object> given = new ArrayList<>();
  private int bodies;

  static List<Row> rows() {
    return StepValues.kept();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void givesTheSameLiveAndReplayed(Row row) {
    var gate = twice(run -> run.step("one", row.type(), counted(row.value())));

    assertThat(((EndEntry) gate.epoch()).getStatus()).isEqualTo(RunStatus.SUCCEEDED);

    assertThat(bodies).as("the second epoch replays").isEqualTo(1);
    assertThat(given).hasSize(2);
    for (var one : given) {
      assertThat(one)
          .usingRecursiveComparison()
          .withStrictTypeChecking()
          .withEqualsForType(Double::equals, Double.class)
          .isEqualTo(given.getFirst());
      assertThat(classes(one)).isEqualTo(classes(given.getFirst()));
      row.same().accept(one);
    }
    assertThat(journaled(gate)).as("names of classes").doesNotContain("dev.sluice", "java.");
  }

  /** An attempt that fails behind the step, and the one after it. */
  private OneRunGate twice(TestAgent.Body step) {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  given.add(step.run(run));
                  if (run.epoch() == 1) {
                    throw new IllegalStateException("again");
                  }
                  return 1;
                }));
    gate.epoch();
    return gate;
  }

  private Object anUntypedDate() {
    bodies++;
    return LocalDate.EPOCH;
  }

  private Callable<@Nullable Object> counted(@Nullable Object value) {
    return () -> {
      bodies++;
      return value;
    };
  }

  private static String journaled(OneRunGate gate) {
    var text = new StringBuilder();
    for (var record : gate.records()) {
      if (record.getEntry() instanceof StepEntry step) {
        text.append(step.getContentType()).append(' ').append(UTF_8.decode(step.getResult()));
      }
    }
    return text.toString();
  }

  /** The classes of a value and of all that is in it. */
  private static String classes(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Collection<?> all -> name(value) + all.stream().map(StepTypesTest::classes).toList();
      case Map<?, ?> map -> name(value) + classes(map.keySet()) + classes(map.values());
      case Optional<?> optional -> name(value) + classes(optional.orElse(null));
      case Object[] array -> name(value) + classes(Arrays.asList(array));
      case Record record ->
          name(value)
              + Arrays.stream(record.getClass().getRecordComponents())
                  .map(component -> classes(StepValues.part(component, record)))
                  .toList();
      default -> name(value);
    };
  }

  private static String name(Object value) {
    return value.getClass().getName();
  }

  // --- what cannot come back

  static List<Unfit> refusedTypes() {
    return StepValues.refusedTypes();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedTypes")
  void refusesATypeBeforeTheBodyRuns(Unfit unfit) {
    var gate =
        new OneRunGate(TestAgent.of(run -> run.step("one", unfit.type(), counted(unfit.value()))));

    var end = (EndEntry) gate.epoch();

    assertThat(bodies).isZero();
    assertThat(end.getStatus()).isEqualTo(RunStatus.FAILED);
    assertThat(end.getError().getMessage())
        .contains("step 'one'", unfit.type().toString(), unfit.reason());
  }

  static List<Unfit> refusedValues() {
    return StepValues.refusedValues();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedValues")
  void failsTheStepWhoseValueDoesNotComeBack(Unfit unfit) {
    var gate =
        new OneRunGate(TestAgent.of(run -> run.step("one", unfit.type(), counted(unfit.value()))));

    var end = (EndEntry) gate.epoch();

    assertThat(bodies).as("no try can help").isEqualTo(1);
    assertThat(end.getStatus()).isEqualTo(RunStatus.FAILED);
    assertThat(end.getError().getStep()).isEqualTo("one");
    assertThat(end.getError().getMessage()).contains("step 'one'", unfit.reason());
  }

  @Test
  void aValueThatDoesNotComeBackFailsTheSameWayInReplay() {
    twice(
        run -> {
          try {
            return run.step("one", Object.class, this::anUntypedDate);
          } catch (StepFailedException e) {
            return e.step() + ": " + e.getMessage();
          }
        });

    assertThat(bodies).isEqualTo(1);
    assertThat(given.getFirst()).asString().startsWith("one: ").contains("does not come back");
  }

  @Test
  void aStepWithoutAResultIsExecutedOnce() {
    var gate =
        twice(
            run -> {
              run.step("one", () -> bodies++);
              return null;
            });

    assertThat(((EndEntry) gate.epoch()).getStatus()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(bodies).isEqualTo(1);
    assertThat(journaled(gate)).isEqualTo("application/json null");
  }

  // --- old journals, and other code

  /** How builds of the first months wrote it, with a class that is gone or that nobody may have. */
  @ParameterizedTest
  @ValueSource(strings = {"com.acme.Gone", "java.io.FileOutputStream", "[[I", ""})
  void readsAnOldRecordAsTheTypeOfTheCode(String name) {
    var gate =
        twice(run -> run.step("one", StepValues.Point.class, () -> new StepValues.Point(1, 2)));
    gate.journal()
        .replaceStep(
            record -> {
              var entry = StepEntry.newBuilder((StepEntry) record.getEntry());
              entry.setContentType("application/json;class=" + name);
              return JournalRecord.newBuilder(record).setEntry(entry.build()).build();
            });

    assertThat(((EndEntry) gate.epoch()).getStatus()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(given).containsExactly(new StepValues.Point(1, 2), new StepValues.Point(1, 2));
  }

  @Test
  void goesOnWhenItsClassesWereRenamedAndMoved() {
    var gate =
        twice(
            run ->
                run.epoch() == 1
                    ? run.step("one", new TypeRef<List<StepValues.Order>>() {}, StepValues::order)
                    : run.step("one", new TypeRef<List<MovedOrder>>() {}, () -> List.of()));

    assertThat(((EndEntry) gate.epoch()).getStatus()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(given.getLast())
        .isEqualTo(
            List.of(
                new MovedOrder(7, new MovedPayment.Moved("visa"), List.of(StepValues.Colour.RED))));
  }

  /** {@link StepValues.Order}, as it is called after a move. */
  record MovedOrder(long id, MovedPayment payment, List<StepValues.Colour> colours) {}

  /** {@link StepValues.Payment}, as it is called after a move. */
  sealed interface MovedPayment {
    @TypeName("card")
    record Moved(String brand) implements MovedPayment {}
  }

  private static EndEntry behind(TestAgent.Body before, TestAgent.Body after) {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  Object result = (run.epoch() == 1 ? before : after).run(run);
                  if (run.epoch() == 1) {
                    throw new IllegalStateException("again");
                  }
                  return result;
                }));
    gate.epoch();
    return (EndEntry) gate.epoch();
  }

  record Before(int count, String gone) {}

  record After(int count, @Nullable String added) {}

  record Other(int total) {}

  @Test
  void aFieldThatWasRemovedIsLeftOutAndOneThatWasAddedIsNull() {
    var end =
        behind(
            run -> run.step("one", Before.class, () -> new Before(3, "x")),
            run -> run.step("one", After.class, () -> new After(0, "")));

    assertThat(new String(bytes(end), UTF_8)).isEqualTo("{\"count\":3,\"added\":null}");
  }

  private static byte[] bytes(EndEntry end) {
    var output = Objects.requireNonNull(end.getOutput()).duplicate();
    var bytes = new byte[output.remaining()];
    output.get(bytes);
    return bytes;
  }

  static List<TestAgent.Body> changed() {
    return List.of(
        run -> run.step("one", Other.class, () -> new Other(1)),
        run -> run.step("one", Integer.class, () -> 1),
        run -> run.step("one", byte[].class, () -> new byte[0]),
        run -> run.step("one", new TypeRef<List<Before>>() {}, () -> List.of()),
        run -> run.step("one", StepValues.Payment.class, StepValues::payment));
  }

  @ParameterizedTest
  @MethodSource("changed")
  void endsDeadWithStepAndTypeWhenItsCodeMakesNothingOfTheJournal(TestAgent.Body after) {
    var end = behind(run -> run.step("one", Before.class, () -> new Before(3, "x")), after);

    assertThat(end.getStatus()).isEqualTo(RunStatus.DEAD);
    assertThat(end.getError().getType()).isEqualTo("StepMismatch");
    assertThat(end.getError().getMessage())
        .contains("position 1", "step 'one' with results of type ");
  }

  @Test
  void bytesAreKeptAsBytes() {
    var gate = twice(run -> run.step("one", byte[].class, () -> new byte[] {0, -1, 7}));

    var step =
        gate.records().stream()
            .map(record -> record.getEntry())
            .filter(StepEntry.class::isInstance)
            .map(StepEntry.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(step.getContentType()).isEqualTo("application/octet-stream");
    assertThat(step.getResult()).isEqualTo(ByteBuffer.wrap(new byte[] {0, -1, 7}));
  }

  @Test
  void theCodesOwnObjectIsNotTheBodys() {
    var shared = new ArrayList<>(List.of("a"));
    twice(
        run -> {
          var list = run.step("one", new TypeRef<List<String>>() {}, () -> shared);
          shared.add("later");
          return list;
        });

    assertThat(given.getFirst()).isEqualTo(List.of("a"));
  }
}
