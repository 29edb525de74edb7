package dev.sluice.runner.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/** What of the JDK comes back as it was. */
final class PlainTypes {
  private static final Set<Class<?>> PLAIN =
      Set.of(
          Object.class, // what JSON has by itself
          Void.class,
          String.class,
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          OptionalInt.class,
          OptionalLong.class,
          OptionalDouble.class,
          UUID.class,
          URI.class,
          Locale.class,
          Currency.class,
          Date.class,
          DayOfWeek.class,
          Duration.class,
          Instant.class,
          LocalDate.class,
          LocalDateTime.class,
          LocalTime.class,
          Month.class,
          MonthDay.class,
          OffsetDateTime.class,
          OffsetTime.class,
          Period.class,
          Year.class,
          YearMonth.class,
          ZoneId.class,
          ZoneOffset.class,
          ZonedDateTime.class);

  /** Two with the same elements are equal. */
  private static final Set<Class<?>> CONTAINERS =
      Set.of(
          List.class,
          ArrayList.class,
          LinkedList.class,
          Set.class,
          SortedSet.class,
          NavigableSet.class,
          HashSet.class,
          LinkedHashSet.class,
          TreeSet.class,
          EnumSet.class,
          Map.class,
          SortedMap.class,
          NavigableMap.class,
          HashMap.class,
          LinkedHashMap.class,
          TreeMap.class,
          EnumMap.class);

  /** Equal to none but themselves, or to those of their own kind alone. */
  private static final Set<Class<?>> LOOSE =
      Set.of(Collection.class, Queue.class, Deque.class, ArrayDeque.class);

  private PlainTypes() {}

  /** All but the primitives. */
  static Stream<Class<?>> all() {
    return PLAIN.stream();
  }

  static boolean isPlain(Class<?> type) {
    return (type.isPrimitive() && type != void.class) || PLAIN.contains(type);
  }

  static boolean isContainer(Class<?> type) {
    return CONTAINERS.contains(type) || LOOSE.contains(type);
  }

  static boolean hasEquals(Class<?> type) {
    return CONTAINERS.contains(type);
  }
}
