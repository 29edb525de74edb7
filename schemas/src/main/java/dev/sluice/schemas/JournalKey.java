package dev.sluice.schemas;

/** The key of a journal record; every key is written at most once. */
public sealed interface JournalKey {
  String tenant();

  String run();

  /** The key as it stands in the topic. */
  String text();

  /** Record 0 of a run's journal. */
  record Input(String tenant, String run) implements JournalKey {
    @Override
    public String text() {
      return tenant + "/" + run + "/input";
    }
  }

  /** What a worker wrote at a position of the journal. */
  record Entry(String tenant, String run, int epoch, String incarnation, int seq)
      implements JournalKey {
    @Override
    public String text() {
      return tenant + "/" + run + "/" + epoch + "/" + incarnation + "/" + seq;
    }
  }

  /** Records of epochs below {@code epoch} are void behind it. */
  record Fence(String tenant, String run, int epoch) implements JournalKey {
    @Override
    public String text() {
      return tenant + "/" + run + "/fence/" + epoch;
    }
  }

  /** A signal that the gate took for the run. */
  record Signal(String tenant, String run, String name, int number) implements JournalKey {
    @Override
    public String text() {
      return tenant + "/" + run + "/signal/" + name + "/" + number;
    }
  }

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException if {@code text} is not a journal key
   */
  static JournalKey parse(String text) {
    var parts = text.split("/", -1);
    try {
      if (parts.length == 3 && parts[2].equals("input")) {
        return new Input(parts[0], parts[1]);
      }
      if (parts.length == 4 && parts[2].equals("fence")) {
        return new Fence(parts[0], parts[1], Integer.parseInt(parts[3]));
      }
      if (parts.length == 5 && parts[2].equals("signal")) {
        return new Signal(parts[0], parts[1], parts[3], Integer.parseInt(parts[4]));
      }
      if (parts.length == 5) {
        return new Entry(
            parts[0], parts[1], Integer.parseInt(parts[2]), parts[3], Integer.parseInt(parts[4]));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a journal key: '" + text + "'", e);
    }
    throw new IllegalArgumentException("not a journal key: '" + text + "'");
  }
}
