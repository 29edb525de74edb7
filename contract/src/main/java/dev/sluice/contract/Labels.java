package dev.sluice.contract;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The rules for a run's labels. */
public final class Labels {
  private Labels() {}

  /** Returns the rule that they break; empty if they break none. */
  public static Optional<String> problem(Map<String, String> labels) {
    if (labels.size() > Bounds.LABELS) {
      return Optional.of(
          "labels must be at most " + Bounds.LABELS + " in number, got " + labels.size());
    }
    long chars = 0;
    for (var label : labels.entrySet()) {
      chars += label.getKey().length() + label.getValue().length();
    }
    if (chars > Bounds.LABEL_CHARS) {
      return Optional.of(
          "labels must have at most " + Bounds.LABEL_CHARS + " characters in all, got " + chars);
    }
    return new TreeMap<>(labels)
        .entrySet().stream()
            .flatMap(label -> problem(label.getKey(), label.getValue()).stream())
            .findFirst();
  }

  private static Optional<String> problem(String key, String value) {
    return Names.labelKeyProblem(key)
        .or(
            () ->
                value.length() <= Bounds.LABEL_VALUE_CHARS
                    ? Optional.empty()
                    : Optional.of(
                        "labels.%s must have at most %d characters, got %d"
                            .formatted(key, Bounds.LABEL_VALUE_CHARS, value.length())));
  }
}
