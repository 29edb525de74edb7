package dev.sluice.local.model;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A stand-in for a model: takes its time, counts its tokens, and always gives the same answer to
 * the same prompt. It writes as many lines as the prompt asks for ("in 4 lines"), about the words
 * that the prompt has in double quotes.
 */
public final class BuiltInModel implements Model {
  private static final Duration THINKING = Duration.ofMillis(300);
  private static final Pattern LINES = Pattern.compile("in (\\d{1,3}) lines");
  private static final Pattern SUBJECT = Pattern.compile("\"([^\"]*)\"");
  private static final List<String> QUESTIONS =
      List.of(
          "What is known about %s?",
          "Who depends on %s?",
          "What does %s cost?",
          "What could replace %s?",
          "What goes wrong with %s?",
          "Where does %s come from?");
  private static final List<String> STATEMENTS =
      List.of(
          "The sources on %s agree in the main.",
          "Little has been written on %s.",
          "What was measured on %s speaks for it.",
          "Opinions on %s differ.");

  private final Duration thinking;

  public BuiltInModel() {
    this(THINKING);
  }

  public BuiltInModel(Duration thinking) {
    this.thinking = thinking;
  }

  @Override
  public Answer ask(Question question) throws InterruptedException {
    Thread.sleep(thinking);
    var prompt = question.prompt();
    var lines = LINES.matcher(prompt);
    int count = lines.find() ? Integer.parseInt(lines.group(1)) : 1;
    var quoted = SUBJECT.matcher(prompt);
    var subject = quoted.find() ? quoted.group(1) : "this";
    var templates = prompt.contains("questions") ? QUESTIONS : STATEMENTS;
    int first = Math.floorMod(prompt.hashCode(), templates.size());
    var text =
        IntStream.range(first, first + count)
            .mapToObj(line -> templates.get(line % templates.size()).formatted(subject))
            .collect(Collectors.joining("\n"));
    return cut(question, text);
  }

  /** Ends in mid-sentence where the tokens do, as models do. */
  private static Answer cut(Question question, String text) {
    int most = (int) Math.min(text.length(), 4L * question.maxTokens());
    var said = text.substring(0, most);
    return new Answer(said, question.likelyTokens(said));
  }
}
