package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.v1.RunCompleted;
import dev.sluice.v1.RunStatus;
import org.junit.jupiter.api.Test;

final class WholePathIT {
  @Test
  void bringsARunFromTheRunsTopicToOneCompletion() {
    try (var cluster = new TestCluster()) {
      cluster.startGate();
      cluster.startRunner("w1", 4);

      cluster.submit("acme", "r1", "echo", "{\"a\":1}");
      for (int i = 0; i < 20; i++) {
        cluster.submit("acme", "p" + i, "probe", "{\"steps\":3,\"step_ms\":1}");
      }

      var completed = cluster.awaitCompletions(21);
      assertThat(completed).extracting(RunCompleted::getStatus).containsOnly(RunStatus.SUCCEEDED);
      assertThat(completed).extracting(RunCompleted::getRunId).doesNotHaveDuplicates();
    }
  }
}
