package dev.sluice.admission.worker;

import dev.sluice.admission.run.Needs;
import dev.sluice.admission.values.Sorted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says that it can replay.
 *
 * @param versions of each agent those whose runs it can go on with; its own comes first
 * @param format the newest form of journals that it reads; 0 if it says none of this, being of an
 *     earlier build
 */
public record Abilities(Map<String, List<String>> versions, int format) {
  /** Nothing is said. */
  public static final Abilities UNSAID = new Abilities(Map.of(), 0);

  public Abilities {
    var copies = new HashMap<String, List<String>>();
    versions.forEach((agent, some) -> copies.put(agent, List.copyOf(some)));
    versions = Sorted.copyOf(copies);
  }

  /** That of an entry from before there was any is not known. */
  static Abilities orUnsaid(@Nullable Abilities known) {
    return known == null ? UNSAID : known;
  }

  public boolean areSaid() {
    return format > 0;
  }

  /** The version of an agent's code that it executes; null if it does not say. */
  public @Nullable String own(String agent) {
    var all = versions.getOrDefault(agent, List.of());
    return all.isEmpty() ? null : all.getFirst();
  }

  boolean replays(String agent, Needs needs) {
    return versions.getOrDefault(agent, List.of()).containsAll(needs.versions());
  }

  /** How many versions it names. */
  public int names() {
    return versions.values().stream().mapToInt(List::size).sum();
  }
}
