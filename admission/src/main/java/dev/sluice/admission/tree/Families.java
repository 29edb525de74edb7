package dev.sluice.admission.tree;

import dev.sluice.admission.run.RunKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The children, by number, of each run that has not finally ended. */
public final class Families {
  private final Map<RunKey, TreeMap<Integer, Child>> families = new HashMap<>();

  public void put(RunKey parent, Child child) {
    families.computeIfAbsent(parent, key -> new TreeMap<>()).put(child.number(), child);
  }

  public @Nullable Child get(RunKey parent, int number) {
    var children = families.get(parent);
    return children == null ? null : children.get(number);
  }

  public List<Child> of(RunKey parent) {
    var children = families.get(parent);
    return children == null ? List.of() : List.copyOf(children.values());
  }

  /** Children that were taken in, ended ones too. */
  public int size(RunKey parent) {
    var children = families.get(parent);
    return children == null ? 0 : children.size();
  }

  public void remove(RunKey parent) {
    families.remove(parent);
  }

  /** Returns whether one of the children of these numbers has not ended. */
  public boolean anyLive(RunKey parent, List<Integer> numbers) {
    return numbers.stream().anyMatch(number -> isLive(parent, number));
  }

  /** Returns whether there is a child of this number that has not ended. */
  public boolean isLive(RunKey parent, int number) {
    var child = get(parent, number);
    return child != null && child.isLive();
  }
}
