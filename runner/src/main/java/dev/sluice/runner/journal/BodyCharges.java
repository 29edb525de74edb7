package dev.sluice.runner.journal;

import dev.sluice.contract.Amounts;
import java.util.HashMap;
import java.util.Map;

/** What one body of a step may still charge, as it declared, and what it has charged. */
final class BodyCharges {
  private final Map<String, Long> declared = new HashMap<>();
  private final Map<String, Long> charged = new HashMap<>();

  /** The next try may charge this, in place of what the try before might. */
  void declare(Map<String, Long> maxCharge) {
    declared.clear();
    declared.putAll(maxCharge);
  }

  /** No try follows. */
  void ended() {
    declared.clear();
  }

  /** What it may still charge to a meter; {@code otherwise} if it declared nothing for that. */
  long promise(String meter, long otherwise) {
    return declared.getOrDefault(meter, otherwise);
  }

  /** What it may still charge, per meter that it declared. */
  Map<String, Long> promises() {
    return declared;
  }

  void add(String meter, long amount) {
    charged.merge(meter, amount, Amounts::plus);
    declared.computeIfPresent(meter, (name, promise) -> Math.max(0, promise - amount));
  }

  Map<String, Long> charged() {
    return charged;
  }
}
