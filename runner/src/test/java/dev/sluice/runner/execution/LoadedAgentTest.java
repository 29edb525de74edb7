package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.contract.Bounds;
import dev.sluice.schemas.process.SettingsException;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RetryPolicy;
import dev.sluice.sdk.RunContext;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LoadedAgentTest {
  /** An agent that answers whatever it is given, as one compiled without our checks may. */
  @SuppressWarnings("NullAway")
  private record Says(
      Supplier<@Nullable String> named,
      Supplier<@Nullable String> versioned,
      Supplier<@Nullable RetryPolicy> policy)
      implements Agent<Object, Object> {
    @Override
    public String name() {
      return named.get();
    }

    @Override
    public String version() {
      return versioned.get();
    }

    @Override
    public @Nullable RetryPolicy retryPolicy() {
      return policy.get();
    }

    @Override
    public Object run(RunContext run, Object input) {
      return 1;
    }
  }

  private static Says says(@Nullable String name, @Nullable String version) {
    return new Says(() -> name, () -> version, () -> null);
  }

  private static StackOverflowError broken() {
    return new StackOverflowError("it asks itself");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "a b", "a/b", "\u00e9", "\uD83D", "~"})
  void refusesNamesAgainstTheRules(@Nullable String name) {
    assertThatThrownBy(() -> LoadedAgent.all(List.of(says(name, "1"))))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("name()")
        .hasMessageContaining("Says");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "1\n2", "half \uD83D", "\u0000"})
  void refusesVersionsThatNoRecordCanHold(@Nullable String version) {
    assertThatThrownBy(() -> LoadedAgent.all(List.of(says("a", version))))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("version()");
  }

  @Test
  void refusesNamesAndVersionsThatAreTooLong() {
    assertThatThrownBy(() -> LoadedAgent.all(List.of(says("a".repeat(129), "1".repeat(129)))))
        .hasMessageContaining("name()")
        .hasMessageContaining("version()");
    assertThat(LoadedAgent.all(List.of(says("a".repeat(128), "1".repeat(128))))).hasSize(1);
  }

  @Test
  void tellsWhatAnAgentThrowsWhenItIsAsked() {
    var all =
        List.of(
            new Says(
                () -> {
                  throw broken();
                },
                () -> "1",
                () -> null),
            new Says(
                () -> "b",
                () -> {
                  throw broken();
                },
                () -> null),
            new Says(
                () -> "c",
                () -> "1",
                () -> {
                  throw broken();
                }));

    assertThatThrownBy(() -> LoadedAgent.all(all))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("name() throws java.lang.StackOverflowError: it asks itself")
        .hasMessageContaining("version() throws")
        .hasMessageContaining("retryPolicy() throws");
  }

  @Test
  void refusesTwoOfOneName() {
    assertThatThrownBy(() -> LoadedAgent.all(List.of(says("a", "1"), says("a", "2"))))
        .hasMessageContaining("two agents are named a");
  }

  @Test
  void asksAnAgentOnce() {
    var answers = List.of("first", "second").iterator();
    var agent = new Says(() -> "a", answers::next, () -> null);

    assertThat(LoadedAgent.all(List.of(agent)).get("a"))
        .extracting(LoadedAgent::version)
        .isEqualTo("first");
  }

  private static Agent<Object, Object> replaying(@Nullable Set<String> versions) {
    return new Agent<>() {
      @Override
      public String name() {
        return "a";
      }

      @Override
      @SuppressWarnings("NullAway")
      public Set<String> replays() {
        return versions;
      }

      @Override
      public Object run(RunContext run, Object input) {
        return 1;
      }
    };
  }

  @Test
  void canReplayItsOwnVersionAndThoseThatItNames() {
    var all = LoadedAgent.all(List.of(replaying(Set.of("0", "0.5"))));
    var loaded = Objects.requireNonNull(all.get("a"));

    assertThat(loaded.replaysAll(List.of("1", "0"))).isTrue();
    assertThat(loaded.replaysAll(List.of("1", "0", "2"))).isFalse();
    assertThat(loaded.replaysAll(List.of())).isTrue();
  }

  static Stream<@Nullable Set<String>> tooManyOrWrong() {
    var many = IntStream.rangeClosed(0, Bounds.REPLAYED_VERSIONS).mapToObj(n -> "v" + n);
    return Stream.of(null, Set.of(""), Set.of("1\n2"), many.collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @MethodSource("tooManyOrWrong")
  void refusesVersionsToReplayAgainstTheRules(@Nullable Set<String> versions) {
    assertThatThrownBy(() -> LoadedAgent.all(List.of(replaying(versions))))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("replays()");
  }

  @Test
  void refusesMoreVersionsThanAWorkerCanName() {
    var many = IntStream.range(0, 200).mapToObj(n -> (Agent<?, ?>) new Named("a" + n)).toList();

    assertThatThrownBy(() -> LoadedAgent.all(many))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("2000 versions, got 2200");
  }

  private record Named(String name) implements Agent<Object, Object> {
    @Override
    public Set<String> replays() {
      return Set.of("0", "2", "3", "4", "5", "6", "7", "8", "9", "10");
    }

    @Override
    public Object run(RunContext run, Object input) {
      return 1;
    }
  }
}
