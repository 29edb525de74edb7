package dev.sluice.testkit.world;

/**
 * What happens to the worker at one of its journal records.
 *
 * @param at the record, from 1 over all runs of the world; 0 for none
 */
public record Fate(Kind kind, int at) {
  /** The worker lives to the end. */
  public static final Fate NONE = new Fate(Kind.LIVES, 0);

  /** How its life is cut short. */
  public enum Kind {
    LIVES("nothing happened"),
    DIES_BEFORE("the worker died before it had written"),
    DIES_AFTER("the worker died when it had written"),
    DRAINS_AFTER("the worker was told to drain when it had written");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** For people; a record's description follows. */
    public String text() {
      return text;
    }
  }

  boolean isAt(int record, Kind what) {
    return at == record && kind == what;
  }
}
