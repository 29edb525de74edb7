package dev.sluice.runner.execution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.sluice.runner.io.Forgeries;
import dev.sluice.runner.journal.Refusals;
import dev.sluice.runner.value.JsonCodec;
import dev.sluice.runner.value.ValueCodec;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.StepFailedException;
import dev.sluice.sdk.TypeRef;
import dev.sluice.v1.EndEntry;
import dev.sluice.v1.JournalRecord;
import dev.sluice.v1.RunError;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.StepEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No name in a record, a body or a journal makes an object of a class that it chooses. */
final class GadgetsTest {
  private static final AtomicBoolean INITIALISED = new AtomicBoolean();

  static {
    Forgeries.trustRecords();
  }

  @TempDir private Path dir;

  /** Of this jar, and no data: whoever names it must not even run its initialiser. */
  static final class Trap {
    static {
      INITIALISED.set(true);
    }

    private String text = "";

    public void setText(String value) {
      text = value;
    }

    public String getText() {
      return text;
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface Shape {}

  record Circle(int radius) implements Shape {}

  record Anything(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object it) {}

  record Named(Class<?> type) {}

  // --- results of steps

  static List<String> gadgets() {
    return List.of(
        "java.io.FileOutputStream",
        "java.io.FileWriter",
        "java.io.PrintWriter",
        "java.io.File",
        "java.io.FileInputStream",
        "java.net.URL",
        "java.lang.ProcessBuilder",
        "java.lang.Class",
        "java.util.Scanner",
        "java.net.Socket",
        "java.util.logging.FileHandler",
        "javax.swing.JEditorPane",
        "javax.naming.InitialContext",
        "com.sun.rowset.JdbcRowSetImpl",
        "org.w3c.dom.Document",
        "org.apache.kafka.clients.producer.KafkaProducer",
        "org.apache.kafka.common.TopicPartition",
        "com.fasterxml.jackson.databind.ObjectMapper",
        "com.fasterxml.jackson.databind.node.Evil$Node",
        "ch.qos.logback.core.db.DriverManagerConnectionSource",
        "dev.sluice.runner.RunnerConfig",
        "dev.sluice.runner.execution.Trapp",
        Trap.class.getName(),
        GadgetsTest.class.getName(),
        "[Ljava.io.File;",
        "[[Ljava.io.FileOutputStream;",
        "[".repeat(300) + "I",
        "[Lint;",
        "[",
        "",
        "int",
        "../../etc/passwd",
        "x".repeat(100_000));
  }

  @ParameterizedTest
  @MethodSource("gadgets")
  void readsNoResultAsAClassThatTheJournalChooses(String name) throws IOException {
    var victim = Files.writeString(dir.resolve("victim"), "untouched");
    var bytes = ByteBuffer.wrap(("\"" + victim + "\"").getBytes(UTF_8));
    var read = new JsonCodec().read(bytes, "application/json;class=" + name, String.class, "it");

    assertThat(read).as("what the code asks for").isEqualTo(victim.toString());
    assertThat(victim).hasContent("untouched");
    assertThat(INITIALISED).as("a class was initialised that a name chose").isFalse();
  }

  @ParameterizedTest
  @MethodSource("gadgets")
  void replaysAResultAsItsCodeAsksWhateverClassTheJournalNames(String name) throws IOException {
    var victim = Files.writeString(dir.resolve("victim"), "untouched");
    var gate = replaying(step(("\"" + victim + "\"").getBytes(UTF_8), name));

    var end = (EndEntry) gate.epoch();

    assertThat(end.getStatus()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(UTF_8.decode(end.getOutput()).toString()).isEqualTo("\"" + victim + "\"");
    assertThat(victim).hasContent("untouched");
    assertThat(INITIALISED).as("a class was initialised that a name chose").isFalse();
  }

  private static StepEntry step(byte[] result, String type) {
    return StepEntry.newBuilder()
        .setName("one")
        .setResult(ByteBuffer.wrap(result))
        .setContentType("application/json;class=" + type)
        .setStartedAtMs(0)
        .setEndedAtMs(0)
        .build();
  }

  /** A run whose journal has this entry at its first position. */
  private static OneRunGate replaying(StepEntry entry) {
    var gate =
        new OneRunGate(
            TestAgent.of(
                run -> {
                  var one = run.step("one", String.class, () -> "a");
                  if (run.epoch() == 1) {
                    throw new IllegalStateException("again");
                  }
                  return String.valueOf(one);
                }));
    gate.epoch();
    gate.journal().replaceStep(record -> JournalRecord.newBuilder(record).setEntry(entry).build());
    return gate;
  }

  @Test
  void anErrorInAJournalIsWordsAlone() {
    var error = new RunError("java.io.FileOutputStream", "/tmp/x", "one", null);
    var thrown = Refusals.failed("one", error);

    assertThat(thrown)
        .isInstanceOfSatisfying(
            StepFailedException.class,
            failed -> {
              assertThat(failed.type()).isEqualTo("java.io.FileOutputStream");
              assertThat(failed.getCause()).isNull();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x: 1 a, 99999999999999999999999 b of meter m",
        "x: 1 a, 2 b of meter m",
        "",
        "no numbers"
      })
  void aRefusalInAJournalIsWordsAlone(String message) {
    for (var type :
        List.of("BudgetExhausted", "ChargeExceeded", "SpawnRefused", "java.lang.Error")) {
      assertThat(Refusals.refused(new RunError(type, message, null, null)))
          .isInstanceOf(RuntimeException.class);
    }
  }

  // --- inputs, signals, checkpoints: their classes are the code's, what lies in them is not

  private static final class Typed implements Agent<Anything, Object> {
    @Override
    public String name() {
      return "typed";
    }

    @Override
    public Object run(RunContext run, Anything input) {
      return 1;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.io.FileOutputStream",
        "java.net.URL",
        "java.util.ArrayList",
        "dev.sluice.runner.execution.GadgetsTest$Circle",
        "no.such.Class"
      })
  void anInputNamesNoClassWhereTheAgentLetsItNameAny(String name) throws IOException {
    var victim = Files.writeString(dir.resolve("victim"), "untouched");
    var json = "{\"it\":[\"%s\",\"%s\"]}".formatted(name, victim);
    var asObject = "{\"it\":{\"@class\":\"%s\",\"file\":\"%s\"}}".formatted(name, victim);

    for (var input : List.of(json, asObject)) {
      assertThatThrownBy(
              () -> ValueCodec.input(new Typed(), ByteBuffer.wrap(input.getBytes(UTF_8))))
          .isInstanceOf(NonRetryableException.class);
    }
    assertThat(victim).hasContent("untouched");
  }

  @Test
  void aValueNamesAClassOfItsOwnJarWhereTheAgentLetsIt() {
    var circle = ByteBuffer.wrap(encode("{\"@class\":\"%s\",\"radius\":3}", Circle.class));
    var gadget = ByteBuffer.wrap(encode("{\"@class\":\"%s\"}", java.io.File.class));

    assertThat(ValueCodec.decodeAs(circle, Shape.class, "it")).isEqualTo(new Circle(3));
    assertThatThrownBy(() -> ValueCodec.decodeAs(gadget, Shape.class, "it"))
        .isInstanceOf(NonRetryableException.class);
  }

  private static byte[] encode(String json, Class<?> type) {
    return json.formatted(type.getName()).getBytes(UTF_8);
  }

  @Test
  void aValueLoadsNoClass() {
    var named = ByteBuffer.wrap(encode("{\"type\":\"%s\"}", Trap.class));

    assertThatThrownBy(() -> ValueCodec.decodeAs(named, Named.class, "it"))
        .isInstanceOf(NonRetryableException.class);
    assertThat(INITIALISED).isFalse();
  }

  @Test
  void aTypeThatCouldNotBeReadAgainIsRefusedBeforeItsBodyRuns() {
    var executed = new ArrayList<Duration>();
    var gate =
        new OneRunGate(
            TestAgent.of(
                run ->
                    run.step(
                        "one",
                        java.io.File.class,
                        () -> {
                          executed.add(Duration.ZERO);
                          return new java.io.File("x");
                        })));

    var end = (EndEntry) gate.epoch();

    assertThat(end.getStatus()).isEqualTo(RunStatus.FAILED);
    assertThat(end.getError().getMessage()).contains("java.io.File", "'one'");
    assertThat(executed).isEmpty();
  }

  @Test
  void aNameOfAnyLengthThatWasWrittenIsRead() {
    var type = new TypeRef<Map<String, Integer>>() {}.type();
    var value = Map.of("n".repeat(500_000), 1);

    assertThat(new JsonCodec().keep(value, type, "it").value()).isEqualTo(value);
  }
}
