package dev.sluice.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ScreenTest {
  private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[(\\d*)([A-Z])");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final Screen screen = new Screen(out, 10);

  /** What a terminal shows that knows the sequences of the screen and no others. */
  private List<String> shown() {
    var lines = new ArrayList<String>();
    int at = 0;
    for (var part : bytes.toString(StandardCharsets.UTF_8).split("(?=\u001b)|(?<=\n)", 0)) {
      var sequence = SEQUENCE.matcher(part);
      var text = part;
      if (sequence.lookingAt()) {
        text = part.substring(sequence.end());
        switch (sequence.group(2)) {
          case "A" -> at -= Integer.parseInt(sequence.group(1));
          case "J" -> lines.subList(at, lines.size()).clear();
          default -> assertThat(sequence.group(2)).isEqualTo("K");
        }
      }
      for (var word : text.replace("\r", "").split("(?<=\n)", 0)) {
        while (lines.size() <= at && !word.isEmpty()) {
          lines.add("");
        }
        if (!word.strip().isEmpty()) {
          lines.set(at, word.strip());
        }
        at += word.endsWith("\n") ? 1 : 0;
      }
    }
    return lines;
  }

  @Test
  void leavesWhatStandsAboveTheFrame() {
    out.println("intro");
    out.println("caps");
    screen.draw(List.of("a1", "a2", "a3"));
    screen.draw(List.of("b1", "b2"));
    screen.draw(List.of("c1", "c2", "c3"));

    assertThat(shown()).containsExactly("intro", "caps", "c1", "c2", "c3");
  }

  @Test
  void whatIsSaidStaysAboveTheNextFrame() {
    screen.draw(List.of("a1", "a2"));
    screen.say("said");
    screen.draw(List.of("b1", "b2"));
    screen.draw(List.of("c1", "c2"));

    assertThat(shown()).containsExactly("a1", "a2", "said", "c1", "c2");
  }

  @Test
  void cutsLinesThatWouldWrap() {
    screen.draw(List.of("0123456789 and more"));

    assertThat(shown()).containsExactly("0123456789");
  }
}
