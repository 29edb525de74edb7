package dev.sluice.admission.state;

import dev.sluice.admission.port.Damage;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.settings.SettingKey;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The changes of a turn that the state's log does not have yet. */
final class Unsaved {
  private final Set<RunKey> runs = new LinkedHashSet<>();
  private final Map<RunKey, Set<Integer>> chunks = new LinkedHashMap<>();
  private final Map<RunKey, Set<Integer>> children = new LinkedHashMap<>();
  private final Set<RunKey> trees = new LinkedHashSet<>();
  private final Set<String> tenants = new LinkedHashSet<>();
  private final Set<Incarnation> workers = new LinkedHashSet<>();
  private final Set<RunKey> kept = new LinkedHashSet<>();
  private final Set<SettingKey> settings = new LinkedHashSet<>();
  private final Set<SettingKey> paces = new LinkedHashSet<>();
  private boolean clock;

  void run(RunKey key) {
    runs.add(key);
  }

  void chunk(RunKey run, int number) {
    chunks.computeIfAbsent(run, key -> new TreeSet<>()).add(number);
  }

  void child(RunKey parent, int number) {
    children.computeIfAbsent(parent, key -> new TreeSet<>()).add(number);
  }

  void tree(RunKey root) {
    trees.add(root);
  }

  void tenant(String name) {
    tenants.add(name);
  }

  void worker(Incarnation incarnation) {
    workers.add(incarnation);
  }

  void kept(RunKey run) {
    kept.add(run);
  }

  void setting(SettingKey key) {
    settings.add(key);
  }

  void pace(SettingKey key) {
    paces.add(key);
  }

  void clock() {
    clock = true;
  }

  Set<RunKey> runs() {
    return runs;
  }

  /** Every run of which something was changed. */
  Set<RunKey> touchedRuns() {
    var touched = new LinkedHashSet<>(runs);
    touched.addAll(chunks.keySet());
    touched.addAll(children.keySet());
    return touched;
  }

  Set<RunKey> trees() {
    return trees;
  }

  Set<String> tenants() {
    return tenants;
  }

  Set<Incarnation> workers() {
    return workers;
  }

  Set<RunKey> kept() {
    return kept;
  }

  Set<SettingKey> settings() {
    return settings;
  }

  Set<SettingKey> paces() {
    return paces;
  }

  Map<RunKey, Set<Integer>> chunks() {
    return chunks;
  }

  Map<RunKey, Set<Integer>> children() {
    return children;
  }

  boolean isClockChanged() {
    return clock;
  }

  /** What cannot be read counts as changed: it is written over, or deleted. */
  void damaged(Damage damage) {
    switch (damage.place()) {
      case RUN -> run(damage.owner());
      case CHUNK -> chunk(damage.owner(), Integer.parseInt(damage.name()));
      case CHILD -> child(damage.owner(), Integer.parseInt(damage.name()));
      case TREE -> tree(damage.owner());
      case KEPT -> kept(damage.owner());
      case WORKER -> worker(new Incarnation(damage.name()));
      case CLOCK -> clock();
      case SETTING -> setting(SettingKey.parse(damage.name()));
      case PACE -> pace(SettingKey.parse(damage.name()));
      case TENANT, RECENT -> {} // a tenant is put anew; recent ids are not in this log
    }
  }

  void clear() {
    runs.clear();
    chunks.clear();
    children.clear();
    trees.clear();
    tenants.clear();
    workers.clear();
    kept.clear();
    settings.clear();
    paces.clear();
    clock = false;
  }
}
