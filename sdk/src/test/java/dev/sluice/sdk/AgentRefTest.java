package dev.sluice.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AgentRefTest {
  abstract static class Named<I extends @Nullable Object, O extends @Nullable Object>
      implements Agent<I, O> {
    @Override
    public String name() {
      return "named";
    }

    @Override
    public O run(RunContext run, I input) {
      throw new IllegalStateException("is not executed here");
    }
  }

  abstract static class Listing<T> extends Named<T, List<Integer>> {}

  private static final class Own extends Listing<Map<String, Long>> {}

  private static final class Open<T> extends Named<T, String> {}

  @SuppressWarnings("rawtypes") // what is tested
  private static final class Raw implements Agent {
    @Override
    public String name() {
      return "raw";
    }

    @Override
    public Object run(RunContext run, Object input) {
      return input;
    }
  }

  private static final class Needy extends Named<String, String> {
    @SuppressWarnings("UnusedMethod") // no constructor that AgentRef could use
    Needy(String need) {
      assertThat(need).isNotNull();
    }
  }

  @Test
  void readsNameAndTypesOffAnAgentsClass() {
    AgentRef<Map<String, Long>, List<Integer>> ref = AgentRef.of(Own.class);

    assertThat(ref.name()).isEqualTo("named");
    assertThat(ref.input()).isEqualTo(new TypeRef<Map<String, Long>>() {});
    assertThat(ref.output()).isEqualTo(new TypeRef<List<Integer>>() {});
    assertThat(AgentRef.of(new Own())).isEqualTo(ref);
  }

  @SuppressWarnings("unchecked") // what is tested
  @Test
  void refusesAClassThatLeavesItsTypesOpenOrCannotBeMade() {
    assertThatThrownBy(() -> AgentRef.of(new Open<String>()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("type variable");
    assertThatThrownBy(() -> AgentRef.of(new Raw()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("implement Agent<Input, Output>");
    assertThatThrownBy(() -> AgentRef.of(Needy.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Needy");
  }
}
