package dev.sluice.local.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.sluice.local.model.Models;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.BudgetExhaustedException;
import dev.sluice.sdk.ChildResult;
import dev.sluice.sdk.NonRetryableException;
import dev.sluice.sdk.RetryPolicy;
import dev.sluice.sdk.RunContext;
import dev.sluice.sdk.Spawn;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Researches a topic: a plan, a child for each of its questions, a draft of what they found, a
 * human's word on it (the signal {@code approval}), a report.
 *
 * <p>While its children work and while the human thinks, the run holds no slot. When the budget of
 * its tree is spent it hands back what it has.
 */
public final class ResearchAgent implements Agent<ResearchAgent.Input, ResearchAgent.Report> {
  /**
   * What to research.
   *
   * @param questions how many questions to answer, 1 to 100, default 4
   * @param approvalTimeout how long to wait for the approval, ISO-8601, default ten minutes
   */
  public record Input(
      @Nullable String topic,
      @Nullable Integer questions,
      @JsonProperty("approval_timeout") @Nullable String approvalTimeout) {}

  /**
   * What the signal that approves carries.
   *
   * @param approved default true: a bare signal approves
   * @param comment what the report shall mind
   */
  public record Approval(@Nullable Boolean approved, @Nullable String comment) {}

  /** An answered question. */
  public record Finding(String question, String answer) {}

  /**
   * What there is before anybody approved it.
   *
   * @param partial the budget was spent before there was more
   */
  public record Draft(List<Finding> findings, String text, boolean partial) {}

  /** UNAPPROVED if nobody said anything in time, PARTIAL if the budget was spent before a draft. */
  public enum Outcome {
    APPROVED,
    REJECTED,
    UNAPPROVED,
    PARTIAL
  }

  /**
   * What the run ends with.
   *
   * @param text the report if it was approved, else the draft
   */
  public record Report(String topic, Outcome outcome, List<Finding> findings, String text) {}

  private static final int MAX_QUESTIONS = 100;
  private static final int DEFAULT_QUESTIONS = 4;
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);
  private static final int PLAN_TOKENS = 300;
  private static final int TEXT_TOKENS = 600;

  private final ModelSteps model;

  public ResearchAgent() {
    this(Models.endpointOrBuiltIn(System::getenv));
  }

  /** Asks the model given. */
  public ResearchAgent(Supplier<StreamingChatModel> model) {
    this.model = new ModelSteps(model);
  }

  @Override
  public String name() {
    return "research";
  }

  @Override
  public RetryPolicy retryPolicy() {
    return ModelSteps.ATTEMPTS;
  }

  @Override
  public Report run(RunContext run, Input input) {
    var brief = Brief.of(input);
    // Once there is a checkpoint, whatever led to it is neither replayed nor kept.
    var draft = run.restore(Draft.class).orElseGet(() -> draft(run, brief));
    if (draft.partial()) {
      return report(brief, Outcome.PARTIAL, draft, draft.text());
    }
    var approval = run.awaitSignal("approval", Approval.class, brief.approvalTimeout());
    if (approval.isEmpty()) {
      return report(brief, Outcome.UNAPPROVED, draft, draft.text());
    }
    if (Boolean.FALSE.equals(approval.get().approved())) {
      return report(brief, Outcome.REJECTED, draft, draft.text());
    }
    var text = finalText(run, brief, draft, approval.get().comment());
    return report(brief, Outcome.APPROVED, draft, text);
  }

  private Draft draft(RunContext run, Brief brief) {
    var findings = new ArrayList<Finding>();
    try {
      var questions = plan(run, brief);
      var children = run.spawnAll(batch(brief, questions));
      for (var result : run.awaitAll(children)) { // without a slot until the last has ended
        if (result instanceof ChildResult.Succeeded<Finding> answered) {
          findings.add(answered.output());
        } else if (result instanceof ChildResult.Refused<Finding> refused) {
          refused.get(); // none was spawned: fails with the bound that refused them
        }
      }
      var prompt = "Summarise what was found on \"%s\":\n%s".formatted(brief.topic(), findings);
      var draft = new Draft(findings, ask(run, "draft", prompt, TEXT_TOKENS), false);
      run.checkpoint(draft);
      return draft;
    } catch (BudgetExhaustedException spent) {
      return new Draft(findings, String.valueOf(spent.getMessage()), true);
    }
  }

  private List<String> plan(RunContext run, Brief brief) {
    var prompt =
        "List questions to research on \"%s\" in %d lines, one question in each."
            .formatted(brief.topic(), brief.questions());
    var lines = ask(run, "plan", prompt, PLAN_TOKENS).lines();
    var questions = lines.filter(line -> !line.isBlank()).limit(brief.questions()).toList();
    if (questions.isEmpty()) {
      throw new NonRetryableException("the model planned no question on " + brief.topic());
    }
    return questions;
  }

  private static List<Spawn<ResearchQuestionAgent.Input, Finding>> batch(
      Brief brief, List<String> questions) {
    return questions.stream()
        .map(question -> new ResearchQuestionAgent.Input(brief.topic(), question))
        .map(input -> new Spawn<>(ResearchQuestionAgent.REF, input))
        .toList();
  }

  private String finalText(RunContext run, Brief brief, Draft draft, @Nullable String comment) {
    var prompt =
        "Write the report on \"%s\" from this draft:\n%s\nMind this comment: %s"
            .formatted(brief.topic(), draft.text(), Objects.requireNonNullElse(comment, "none"));
    try {
      return ask(run, "report", prompt, TEXT_TOKENS);
    } catch (BudgetExhaustedException spent) {
      return draft.text(); // approved as it is
    }
  }

  private String ask(RunContext run, String step, String prompt, int maxTokens) {
    return model.ask(run, step, new ModelSteps.Question(prompt, null, maxTokens));
  }

  private static Report report(Brief brief, Outcome outcome, Draft draft, String text) {
    return new Report(brief.topic(), outcome, draft.findings(), text);
  }

  /** An input, checked, with its defaults. */
  private record Brief(String topic, int questions, Duration approvalTimeout) {
    static Brief of(Input input) {
      Inputs.required(input, "{\"topic\":\"tea\"}");
      if (input.topic() == null || input.topic().isBlank()) {
        throw new NonRetryableException("topic: required");
      }
      int questions = Objects.requireNonNullElse(input.questions(), DEFAULT_QUESTIONS);
      if (questions < 1 || questions > MAX_QUESTIONS) {
        throw new NonRetryableException("questions: must be 1 to 100, got " + questions);
      }
      return new Brief(input.topic(), questions, timeout(input.approvalTimeout()));
    }

    private static Duration timeout(@Nullable String text) {
      try {
        var timeout = text == null ? DEFAULT_TIMEOUT : Duration.parse(text);
        if (timeout.isPositive() && timeout.compareTo(RunContext.LONGEST_WAIT) <= 0) {
          return timeout;
        }
      } catch (DateTimeParseException e) {
        throw new NonRetryableException("approval_timeout: must be like PT10M, got " + text, e);
      }
      throw new NonRetryableException("approval_timeout: must be up to 366 days, got " + text);
    }
  }
}
