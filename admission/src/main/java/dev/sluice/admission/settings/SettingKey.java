package dev.sluice.admission.settings;

import dev.sluice.contract.Bounds;
import dev.sluice.contract.GateValue;
import dev.sluice.contract.Names;
import dev.sluice.contract.Texts;
import java.util.Comparator;
import java.util.Optional;

/**
 * The subject of a setting.
 *
 * @param name of the pool, plan, agent or value
 */
public record SettingKey(Kind kind, String name) implements Comparable<SettingKey> {
  /** Kinds of settings. */
  public enum Kind {
    POOL("pool", Bounds.POOLS),
    PLAN("plan", Bounds.PLANS),
    AGENT("agent", Bounds.BRAKED_AGENTS),
    VALUE("value", GateValue.values().length);

    private final String word;
    private final int most;

    Kind(String word, int most) {
      this.word = word;
      this.most = most;
    }

    /** Most settings of the kind. */
    public int most() {
      return most;
    }

    private Optional<String> problem(String name) {
      return switch (this) {
        case POOL -> Names.poolProblem(name);
        case PLAN -> Names.planProblem(name);
        case AGENT -> Names.agentProblem(name);
        case VALUE -> GateValue.nameProblem(name);
      };
    }

    /** The kind of this word; for what nobody vouches for. */
    private static Kind of(String word) {
      for (var kind : values()) {
        if (kind.word.equals(word)) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "a setting must be of pool, plan, agent or value, got " + Texts.quoted(word));
    }
  }

  private static final Comparator<SettingKey> ORDER =
      Comparator.comparing(SettingKey::kind).thenComparing(SettingKey::name);

  /**
   * @throws IllegalArgumentException if nothing of the kind can have the name
   */
  public SettingKey {
    var problem = kind.problem(name);
    if (problem.isPresent()) {
      throw new IllegalArgumentException(problem.get());
    }
  }

  public static SettingKey pool(String name) {
    return new SettingKey(Kind.POOL, name);
  }

  public static SettingKey plan(String name) {
    return new SettingKey(Kind.PLAN, name);
  }

  public static SettingKey agent(String name) {
    return new SettingKey(Kind.AGENT, name);
  }

  public static SettingKey value(String name) {
    return new SettingKey(Kind.VALUE, name);
  }

  /** The value that it is about; only for a key of one. */
  GateValue value() {
    return GateValue.of(name).orElseThrow();
  }

  /**
   * Reads {@code kind/name}.
   *
   * @throws IllegalArgumentException if there can be no setting of it
   */
  public static SettingKey parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "a setting's key must be kind/name, got " + Texts.quoted(text));
    }
    return new SettingKey(Kind.of(text.substring(0, slash)), text.substring(slash + 1));
  }

  /** As {@link #parse} reads it. */
  public String text() {
    return kind.word + "/" + name;
  }

  @Override
  public int compareTo(SettingKey other) {
    return ORDER.compare(this, other);
  }
}
