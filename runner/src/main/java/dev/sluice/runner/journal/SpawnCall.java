package dev.sluice.runner.journal;

import dev.sluice.sdk.SpawnRefusedException;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.SpawnEntry;
import java.util.List;
import java.util.function.IntFunction;

/** Decides what a call means that asks for a batch of children. */
record SpawnCall(Calls calls, ReplayCursor cursor, JournalTail tail, ChildLedger children) {
  List<Integer> spawn(List<String> agents, IntFunction<List<ChildSpec>> batch) {
    var call = JournalText.spawn(agents);
    var replayed = calls.position(call);
    calls.replayRefusal(Refusals.SPAWN);
    if (replayed == null) {
      return numbers(appended(batch));
    }
    if (!(replayed.entry() instanceof Position.Spawned(List<ChildSpec> spawned))
        || !agents.equals(JournalText.agents(spawned))) {
      throw cursor.mismatch(call);
    }
    cursor.take();
    return numbers(spawned);
  }

  private List<ChildSpec> appended(IntFunction<List<ChildSpec>> batch) {
    List<ChildSpec> specs;
    try {
      specs = batch.apply(children.next());
      children.check(specs);
    } catch (SpawnRefusedException refusal) {
      throw calls.refused(Refusals.SPAWN, refusal);
    }
    tail.append(charged -> new SpawnEntry(specs, charged));
    children.spawned(specs.size());
    return specs;
  }

  private static List<Integer> numbers(List<ChildSpec> specs) {
    return specs.stream().map(ChildSpec::getNumber).toList();
  }
}
