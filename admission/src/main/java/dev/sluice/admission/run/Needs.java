package dev.sluice.admission.run;

import dev.sluice.contract.Bounds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker must know to replay a run's journal.
 *
 * @param versions of the agent's code that wrote it, in the order in which each wrote first
 * @param format the newest form of its records, of {@link dev.sluice.contract.JournalFormats}; 0
 *     where nothing is to be replayed
 */
public record Needs(List<String> versions, int format) implements Comparable<Needs> {
  /** Any worker that has the agent can take the run. */
  public static final Needs NONE = new Needs(List.of(), 0);

  private static final Comparator<Needs> ORDER =
      Comparator.comparingInt(Needs::format)
          .thenComparing(Needs::versions, (one, other) -> compare(one, other));

  public Needs {
    versions = List.copyOf(versions);
  }

  /** Of one record. A version that no agent can have says nothing. */
  public static Needs of(String version, int format) {
    boolean isOne = !version.isEmpty() && version.length() <= Bounds.NAME_CHARS;
    return new Needs(isOne ? List.of(version) : List.of(), format);
  }

  /** That of an entry from before there was any is not known. */
  public static Needs orNone(@Nullable Needs known) {
    return known == null ? NONE : known;
  }

  public boolean isNone() {
    return versions.isEmpty() && format == 0;
  }

  /**
   * With those of one more record. Of too many versions the first one counts, and the last ones.
   */
  public Needs plus(Needs record) {
    if (isNone()) {
      return record;
    }
    if (record.format <= format && versions.containsAll(record.versions)) {
      return this;
    }
    var all = new ArrayList<>(versions);
    for (var version : record.versions) {
      if (!all.contains(version)) {
        all.add(version);
      }
    }
    while (all.size() > Bounds.JOURNAL_VERSIONS) {
      all.remove(1);
    }
    return new Needs(all, Math.max(format, record.format));
  }

  private static int compare(List<String> one, List<String> other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      int by = one.get(i).compareTo(other.get(i));
      if (by != 0) {
        return by;
      }
    }
    return Integer.compare(one.size(), other.size());
  }

  @Override
  public int compareTo(Needs other) {
    return ORDER.compare(this, other);
  }
}
