package dev.sluice.local.demo;

/**
 * The number of runs in each state; the sum equals the submissions. The numbers come from three
 * sources at different times and are reconciled here.
 *
 * @param ready queued, and not held by a cap
 */
record Totals(int submitted, int completed, int inFlight, int held, int ready) {
  /**
   * Fits them together.
   *
   * @param submitted as the one who submits counts
   * @param completed as the topics say
   * @param claimed and not completed, as the topics say
   * @param held as the catalog says, which may be a second behind
   */
  static Totals of(int submitted, int completed, int claimed, int held) {
    int all = Math.max(submitted, completed + claimed);
    int queued = all - completed - claimed;
    int heldNow = Math.min(held, queued);
    return new Totals(all, completed, claimed, heldNow, queued - heldNow);
  }
}
