package dev.sluice.admission.command;

import dev.sluice.admission.run.RunKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The commands that wait for their runs, and those that have waited longest. */
public final class KeptBook {
  private static final Comparator<KeptCommands> OLDEST_FIRST =
      Comparator.comparingLong(KeptCommands::oldestMs).thenComparing(KeptCommands::run);

  private final Map<RunKey, KeptCommands> byRun = new HashMap<>();
  private final TreeSet<KeptCommands> byAge = new TreeSet<>(OLDEST_FIRST);
  private final Map<String, Integer> perTenant = new HashMap<>();
  private int size;

  public @Nullable KeptCommands of(RunKey run) {
    return byRun.get(run);
  }

  public void put(KeptCommands kept) {
    remove(kept.run());
    byRun.put(kept.run(), kept);
    byAge.add(kept);
    count(kept, kept.all().size());
  }

  public void remove(RunKey run) {
    var former = byRun.remove(run);
    if (former != null) {
      byAge.remove(former);
      count(former, -former.all().size());
    }
  }

  private void count(KeptCommands kept, int more) {
    size += more;
    perTenant.merge(
        kept.run().tenant(),
        more,
        (old, change) -> old + change == 0 ? null : Integer.valueOf(old + change));
  }

  /** Commands of all tenants. */
  public int size() {
    return size;
  }

  public int of(String tenant) {
    return perTenant.getOrDefault(tenant, 0);
  }

  /** Up to {@code most} runs that were first asked something of at {@code untilMs} or before. */
  public List<RunKey> until(long untilMs, int most) {
    return byAge.stream()
        .takeWhile(kept -> kept.oldestMs() <= untilMs)
        .limit(most)
        .map(KeptCommands::run)
        .toList();
  }
}
