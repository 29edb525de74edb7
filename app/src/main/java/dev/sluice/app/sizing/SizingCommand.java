package dev.sluice.app.sizing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice sizing}. */
@Command(
    name = "sizing",
    mixinStandardHelpOptions = true,
    description = {
      "Computes what an installation needs for a load, and from which measurement each figure"
          + " follows.",
      "It asks no process. docs/sizing.md says what was not measured."
    })
public final class SizingCommand implements Callable<Integer> {
  private static final int NAME_CHARS = 26;
  private static final int VALUE_CHARS = 14;
  private static final int BASIS_CHARS = 10;

  @Option(
      names = "--runs-per-s",
      required = true,
      paramLabel = "N",
      description = "Runs that are submitted each second, on average over a busy day.")
  private double runsPerSecond;

  @Option(names = "--steps", required = true, paramLabel = "N", description = "Steps of a run.")
  private int steps;

  @Option(
      names = "--live",
      required = true,
      paramLabel = "N",
      description = "Runs that have not ended, at their peak.")
  private long live;

  @Option(
      names = "--waiting",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of these, those that wait without a slot; default: ${DEFAULT-VALUE}.")
  private long waiting;

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      defaultValue = "1024",
      description =
          "Size of an input, an output and a step's result, on average; default: ${DEFAULT-VALUE}.")
  private long payload;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "16",
      description = "Slots of a runner; default: ${DEFAULT-VALUE}.")
  private int slots;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      defaultValue = "3",
      description = "Replicas of each topic; default: ${DEFAULT-VALUE}.")
  private int replicas;

  @Option(names = "--json", description = "Prints a list of figures as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    var load = new Load(runsPerSecond, steps, live, waiting, payload, slots, replicas);
    var figures = Sizing.of(load);
    System.out.print(json ? json(figures) + "\n" : text(figures));
    return 0;
  }

  static String text(List<Figure> figures) {
    var lines = new StringBuilder();
    for (var figure : figures) {
      lines
          .append(padded(figure.name(), NAME_CHARS))
          .append(padded(figure.text(), VALUE_CHARS))
          .append(padded(figure.basis().word(), BASIS_CHARS))
          .append(figure.source())
          .append('\n');
    }
    return lines.toString();
  }

  private static String padded(String text, int chars) {
    return text + " ".repeat(Math.max(0, chars - text.length())) + " ";
  }

  static String json(List<Figure> figures) throws Exception {
    var mapper = new ObjectMapper();
    var list = mapper.createArrayNode();
    for (var figure : figures) {
      list.addObject()
          .put("figure", figure.name())
          .put("value", figure.value())
          .put("unit", figure.unit().name().toLowerCase(java.util.Locale.ROOT))
          .put("basis", figure.basis().word())
          .put("source", figure.source());
    }
    return mapper.writeValueAsString(list);
  }
}
