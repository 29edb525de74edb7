package dev.sluice.runner.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sdk.Budget;
import dev.sluice.sdk.Child;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ValueTypesTest {
  private final ValueTypes types = new ValueTypes(ValueTypesTest.class);

  @Test
  void readsWhatWasJournaledBeforeTheSdkHadAModuleOfItsOwn() {
    assertThat(types.of("dev.sluice.runner.Child")).isEqualTo(Child.class);
    assertThat(types.of("dev.sluice.runner.Budget")).isEqualTo(Budget.class);
    assertThat(types.of("dev.sluice.runner.Budget$Meter")).isEqualTo(Budget.Meter.class);
    assertThat(types.of("[Ldev.sluice.runner.Child;")).isEqualTo(Child[].class);
  }

  @ParameterizedTest
  @ValueSource(classes = {Child.class, Child[].class, Budget.class, Budget.Meter.class})
  void readsWhatItWrites(Class<?> type) {
    assertThat(types.of(type.getName())).isEqualTo(type);
  }
}
