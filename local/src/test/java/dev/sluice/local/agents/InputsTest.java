package dev.sluice.local.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.NonRetryableException;
import java.util.ArrayList;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** {@code {"agent":"probe"}} and its like: runs that nobody gave an input. */
final class InputsTest {
  @Test
  @SuppressWarnings("NullAway") // what such a run gives its agent
  void everySampleAgentSaysWhatItMissesInARunWithoutInput() {
    var asked = new ArrayList<String>();
    for (Agent<?, ?> agent : ServiceLoader.load(Agent.class)) {
      if (agent.getClass().getPackage().equals(InputsTest.class.getPackage())
          && !(agent instanceof EchoAgent)) { // it returns what it gets, nothing too
        asked.add(agent.name());
        assertThatThrownBy(() -> new FakeRun().execute(agent, null))
            .as(agent.name())
            .isInstanceOf(NonRetryableException.class)
            .hasMessageStartingWith("input: required, for example {\"");
      }
    }
    assertThat(asked).contains("probe", "llm", "tree", "research", "trace");
  }
}
