package dev.sluice.local.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.sluice.local.model.BuiltInModel;
import dev.sluice.testkit.TestKit;
import dev.sluice.testkit.TestRun;
import dev.sluice.testkit.TestRun.Status;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The samples are what agents are copied from. */
final class SamplesSurviveCrashesTest {
  private final TestKit kit =
      TestKit.of(
          new TreeAgent(),
          new ResearchAgent(SamplesSurviveCrashesTest::model),
          new ResearchQuestionAgent(SamplesSurviveCrashesTest::model));

  private static StreamingChatModel model() {
    return new BuiltInModel(Duration.ZERO);
  }

  @Test
  void countsItsTreeWhereverAWorkerDies() {
    var run = kit.submit(TreeAgent.class, new TreeAgent.Input(2, 2, 0, Map.of("calls", 1L))).run();
    assertThat(run.output(Long.class)).isEqualTo(4);
    assertThat(run.children()).hasSize(2).allMatch(child -> child.children().size() == 2);
    run.survivesCrashes();
  }

  @Test
  void countsWhatItsBudgetAllowed() {
    var run =
        kit.submit(TreeAgent.class, new TreeAgent.Input(4, 1, 0, Map.of("calls", 10L)))
            .budget("calls", 30)
            .run();
    assertThat(run.children())
        .extracting(TestRun::status)
        .contains(Status.SUCCEEDED, Status.BUDGET_EXHAUSTED);
    run.survivesCrashes();
  }

  @Test
  void writesItsReportWhenSomebodyApproves() {
    var topic = new ResearchAgent.Input("tea", 3, "P2D");
    var run =
        kit.submit(ResearchAgent.class, topic)
            .signal("approval", new ResearchAgent.Approval(true, "shorter"), Duration.ofDays(1))
            .run();
    var report = run.output(ResearchAgent.Report.class);
    assertThat(report.outcome()).isEqualTo(ResearchAgent.Outcome.APPROVED);
    assertThat(report.findings()).hasSize(3);
    assertThat(run.took()).isEqualTo(Duration.ofDays(1));
    run.survivesCrashes();
  }

  @Test
  void handsBackItsDraftWhenNobodyDoes() {
    var run = kit.submit(ResearchAgent.class, new ResearchAgent.Input("tea", 2, "PT1H")).run();
    assertThat(run.output(ResearchAgent.Report.class).outcome())
        .isEqualTo(ResearchAgent.Outcome.UNAPPROVED);
    assertThat(run.took()).isEqualTo(Duration.ofHours(1));
    run.survivesCrashes();
  }
}
