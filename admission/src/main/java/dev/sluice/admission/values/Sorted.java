package dev.sluice.admission.values;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Immutable copies whose order is the same in every JVM. That of the JDK's own depends on a number
 * that each JVM draws when it starts: two gates would go through them in different orders (I9), and
 * no seed of a simulation would play the same history twice.
 */
public final class Sorted {
  private Sorted() {}

  /**
   * A copy; {@code map} itself where it is one.
   *
   * @throws NullPointerException if a key or a value is null
   */
  public static <K extends Comparable<K>, V> Map<K, V> copyOf(Map<K, V> map) {
    if (map.size() < 2) {
      return Map.copyOf(map);
    }
    return map instanceof MapCopy<K, V> ? map : new MapCopy<>(map);
  }

  /**
   * A copy; {@code set} itself where it is one.
   *
   * @throws NullPointerException if an element is null
   */
  public static <E extends Comparable<E>> Set<E> copyOf(Set<E> set) {
    if (set.size() < 2) {
      return Set.copyOf(set);
    }
    return set instanceof SetCopy<E> ? set : new SetCopy<>(set);
  }

  private static final class MapCopy<K extends Comparable<K>, V> extends AbstractMap<K, V> {
    private final TreeMap<K, V> sorted = new TreeMap<>();

    private MapCopy(Map<K, V> map) {
      map.forEach((key, value) -> sorted.put(key, Objects.requireNonNull(value, "a value")));
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
      return Collections.unmodifiableMap(sorted).entrySet();
    }

    @Override
    public @Nullable V get(@Nullable Object key) {
      return sorted.get(key);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
      return sorted.containsKey(key);
    }
  }

  private static final class SetCopy<E extends Comparable<E>> extends AbstractSet<E> {
    private final TreeSet<E> sorted;

    private SetCopy(Set<E> set) {
      sorted = new TreeSet<>(set);
    }

    @Override
    public Iterator<E> iterator() {
      return Collections.unmodifiableSet(sorted).iterator();
    }

    @Override
    public boolean contains(@Nullable Object element) {
      return sorted.contains(element);
    }

    @Override
    public int size() {
      return sorted.size();
    }
  }
}
