package dev.sluice.local.agents;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.service.SystemMessage;
import dev.sluice.langchain4j.CallOptions;
import dev.sluice.langchain4j.ChatHistory;
import dev.sluice.langchain4j.DurableChat;
import dev.sluice.local.model.Models;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers its input, then each signal {@code say}, until it says bye or none comes for an hour. */
public record AssistantAgent(Supplier<StreamingChatModel> model)
    implements Agent<AssistantAgent.Said, List<String>> {
  /** What somebody says, as the input or as a signal. */
  public record Said(@Nullable String text) {}

  interface Assistant {
    @SystemMessage("Use your tools. Answer in one sentence.")
    String answer(String said);
  }

  /** Executed in steps, so they may look at clocks and roll dice. */
  static final class Tools {
    @Tool("the time in a zone such as Europe/Rome")
    String time(String zone) {
      return ZonedDateTime.now(ZoneId.of(zone)).toString();
    }

    @Tool("how many days lie between two dates such as 2026-12-24")
    long days(String from, String to) {
      return ChronoUnit.DAYS.between(LocalDate.parse(from), LocalDate.parse(to));
    }

    @Tool("rolls a die")
    int roll(int sides) {
      return 1 + (int) (Math.random() * sides);
    }
  }

  /** What a checkpoint keeps. */
  record Talk(ChatHistory memory, List<String> answers) {}

  public AssistantAgent() {
    this(Models.endpoint(System::getenv));
  }

  @Override
  public String name() {
    return "assistant";
  }

  @Override
  public List<String> run(RunContext run, Said input) {
    var first = Inputs.required(input, "{\"text\":\"Hello\"}");
    var talk = run.restore(Talk.class).orElse(new Talk(ChatHistory.EMPTY, List.of()));
    var memory = MessageWindowChatMemory.withMaxMessages(50);
    talk.memory().read().forEach(memory::add);
    var chat = DurableChat.of(run, model.get(), CallOptions.DEFAULT);
    var assistant = chat.services(Assistant.class, new Tools()).chatMemory(memory).build();
    var answers = new ArrayList<>(talk.answers());
    var text = answers.isEmpty() ? first.text() : hear(run);
    while (text != null && !text.equals("bye")) {
      answers.add(assistant.answer(text));
      run.checkpoint(new Talk(ChatHistory.of(memory.messages()), answers));
      text = hear(run);
    }
    return answers;
  }

  private static @Nullable String hear(RunContext run) {
    return run.awaitSignal("say", Said.class, Duration.ofHours(1)).map(Said::text).orElse(null);
  }
}
