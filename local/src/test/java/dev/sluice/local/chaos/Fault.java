package dev.sluice.local.chaos;

/** Something that goes wrong for a while. */
record Fault(String name, Act begin, Act end) {
  /** What may fail itself, as others fail at the same time. */
  interface Act {
    void run() throws Exception;
  }

  /** One that ends by itself. */
  static Fault once(String name, Act act) {
    return new Fault(name, act, () -> {});
  }
}
