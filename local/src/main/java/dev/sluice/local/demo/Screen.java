package dev.sluice.local.demo;

import java.io.PrintStream;
import java.util.List;

/** Draws each frame over the previous one, and keeps the text above. */
final class Screen {
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final PrintStream out;
  private final int columns;
  private int drawn;

  /**
   * A terminal.
   *
   * @param columns that lines are cut to: a line that wraps would be two
   */
  Screen(PrintStream out, int columns) {
    this.out = out;
    this.columns = columns;
  }

  /** Overwrites the frame before in place, so that nothing flickers. */
  void draw(List<String> frame) {
    var text = new StringBuilder(drawn == 0 ? "" : "\u001b[" + drawn + "A\r");
    for (var line : frame) {
      text.append(line, 0, Math.min(line.length(), columns)).append(CLEAR_LINE).append('\n');
    }
    out.print(text.append(CLEAR_BELOW));
    out.flush();
    drawn = frame.size();
  }

  /** Says something that stays: the next frame is drawn below it. */
  void say(String line) {
    out.println(line);
    drawn = 0;
  }
}
