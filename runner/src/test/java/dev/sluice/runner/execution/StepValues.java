package dev.sluice.runner.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import dev.sluice.sdk.Budget;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.TypeName;
import dev.sluice.sdk.TypeRef;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
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
import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The types that steps' results can have, each with a value; and those that they cannot have. */
@SuppressWarnings("JavaUtilDate") // agents have them
final class StepValues {
  enum Colour {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "green";
      }
    },
    BLUE
  }

  record Point(int x, int y) {}

  record Empty() {}

  record Money(BigDecimal amount, Currency currency, @Nullable String note) {}

  record Page<T>(List<T> items, Optional<T> next) {}

  record Pair<A, B>(A first, B second) {}

  record Node(String name, List<Node> children) {}

  record Blob(String name, byte[] content) {}

  sealed interface Shape {
    Shape UNIT = new Circle(1);
  }

  @TypeName("circle")
  record Circle(int radius) implements Shape {}

  @TypeName("group")
  record Group(List<Shape> shapes, Map<String, Shape> named, Optional<Shape> one)
      implements Shape {}

  @TypeName("none")
  enum NoShape implements Shape {
    NONE
  }

  sealed interface Curved extends Shape {}

  @TypeName("bow")
  record Bow(Curved other, double angle) implements Curved {}

  @TypeName("dot")
  record Dot() implements Curved {}

  record Drawing(Shape shape, Object free, LocalDate day) {}

  sealed interface Result<T> {}

  @TypeName("ok")
  record Ok<T>(T value) implements Result<T> {}

  @TypeName("failed")
  record Failed<T>(String why) implements Result<T> {}

  sealed interface Payment {}

  @TypeName("card")
  record Card(String brand) implements Payment {}

  record Order(long id, Payment payment, List<Colour> colours) {}

  static List<Order> order() {
    return List.of(new Order(7, new Card("visa"), List.of(Colour.RED)));
  }

  static Payment payment() {
    return new Card("visa");
  }

  static final class Made {
    private final String text;

    @JsonCreator
    Made(String text) {
      this.text = text;
    }

    @JsonValue
    String text() {
      return text;
    }
  }

  static class Bean {
    private int count;

    public int getCount() {
      return count;
    }

    public void setCount(int value) {
      count = value;
    }
  }

  static final class Richer extends Bean {
    public int getMore() {
      return 1;
    }
  }

  /**
   * One type.
   *
   * @param same checks what the step gives
   */
  record Row(
      TypeRef<@Nullable Object> type, @Nullable Object value, Consumer<@Nullable Object> same) {
    @Override
    public String toString() {
      return type.toString();
    }
  }

  /** A type, or a value of it, that does not come back. */
  record Unfit(TypeRef<@Nullable Object> type, @Nullable Object value, String reason) {
    @Override
    public String toString() {
      return type + " " + reason;
    }
  }

  private StepValues() {}

  static @Nullable Object part(RecordComponent component, Record record) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings({"unchecked", "NullAway"})
  private static <T> Row row(TypeRef<T> type, @Nullable T value) {
    return row(type, value, given -> assertThat(given).isEqualTo(value));
  }

  @SuppressWarnings({"unchecked", "NullAway"})
  private static <T> Row row(TypeRef<T> type, @Nullable T value, Consumer<T> same) {
    return new Row(
        (TypeRef<@Nullable Object>) (TypeRef<?>) type,
        value,
        (Consumer<@Nullable Object>) (Consumer<?>) same);
  }

  private static <T> Row row(Class<T> type, @Nullable T value) {
    return row(TypeRef.of(type), value);
  }

  static List<Row> kept() {
    var rows = new ArrayList<Row>();
    plain(rows);
    times(rows);
    collections(rows);
    records(rows);
    sealed(rows);
    others(rows);
    return rows;
  }

  private static void plain(List<Row> rows) {
    rows.add(row(String.class, "text \u0000 \"\\ ö 😀"));
    rows.add(row(String.class, null));
    rows.add(row(String.class, "half \uD800"));
    rows.add(row(int.class, 3));
    rows.add(row(long.class, 3L));
    rows.add(row(boolean.class, true));
    rows.add(row(double.class, 1.0));
    rows.add(row(Integer.class, Integer.MIN_VALUE));
    rows.add(row(Long.class, 5L));
    rows.add(row(Short.class, (short) 5));
    rows.add(row(Byte.class, (byte) -5));
    rows.add(row(Character.class, 'ß'));
    rows.add(row(Float.class, 1.1f));
    rows.add(row(Double.class, Double.NaN));
    rows.add(row(Double.class, 4.9e-324));
    rows.add(row(Double.class, Double.NEGATIVE_INFINITY));
    rows.add(row(BigDecimal.class, new BigDecimal("0.123456789012345678901234567890")));
    rows.add(row(BigDecimal.class, new BigDecimal("1.2300")));
    rows.add(row(BigDecimal.class, new BigDecimal("1E+300")));
    rows.add(row(BigInteger.class, BigInteger.TEN.pow(3_000).add(BigInteger.ONE)));
    rows.add(row(Void.class, null));
    rows.add(row(UUID.class, new UUID(1, 2)));
    rows.add(row(URI.class, URI.create("https://a.example/b?c=d")));
    rows.add(row(Locale.class, Locale.GERMANY));
    rows.add(row(Currency.class, Currency.getInstance("EUR")));
    rows.add(row(Colour.class, Colour.GREEN));
    rows.add(row(Object.class, List.of(1, "two", Map.of("three", 3.5), true)));
    rows.add(row(Date.class, new Date(1_234_567)));
  }

  private static void times(List<Row> rows) {
    var time = LocalDateTime.of(2026, 2, 28, 23, 59, 58, 123_456_789);
    rows.add(row(LocalDateTime.class, time));
    rows.add(row(LocalDate.class, LocalDate.of(-44, 3, 15)));
    rows.add(row(LocalDate.class, LocalDate.MAX));
    rows.add(row(LocalTime.class, LocalTime.of(1, 2)));
    rows.add(row(Instant.class, Instant.ofEpochSecond(-1, 1)));
    rows.add(row(Duration.class, Duration.ofSeconds(-1, 7)));
    rows.add(row(Period.class, Period.of(1, -2, 3)));
    rows.add(row(Year.class, Year.of(2026)));
    rows.add(row(YearMonth.class, YearMonth.of(2026, 2)));
    rows.add(row(MonthDay.class, MonthDay.of(2, 29)));
    rows.add(row(DayOfWeek.class, DayOfWeek.FRIDAY));
    rows.add(row(Month.class, Month.MAY));
    rows.add(row(ZoneId.class, ZoneId.of("Europe/Berlin")));
    rows.add(row(ZoneOffset.class, ZoneOffset.ofHours(-3)));
    rows.add(row(OffsetDateTime.class, time.atOffset(ZoneOffset.ofHoursMinutes(5, 30))));
    rows.add(row(OffsetTime.class, time.toLocalTime().atOffset(ZoneOffset.ofHours(-1))));
    rows.add(row(ZonedDateTime.class, time.atZone(ZoneId.of("Europe/Berlin"))));
    rows.add(row(ZonedDateTime.class, time.atZone(ZoneId.of("UTC"))));
    rows.add(row(ZonedDateTime.class, time.atZone(ZoneOffset.UTC)));
    rows.add(
        row(new TypeRef<Map<LocalDate, Instant>>() {}, Map.of(LocalDate.EPOCH, Instant.EPOCH)));
    rows.add(
        row(
            new TypeRef<Map<ZonedDateTime, Duration>>() {},
            Map.of(time.atZone(ZoneId.of("Europe/Berlin")), Duration.ZERO)));
  }

  private static void collections(List<Row> rows) {
    rows.add(row(new TypeRef<List<LocalDate>>() {}, List.of(LocalDate.EPOCH)));
    rows.add(row(new TypeRef<List<Long>>() {}, List.of(1L, Long.MAX_VALUE)));
    rows.add(row(new TypeRef<List<Colour>>() {}, List.of(Colour.RED, Colour.GREEN)));
    rows.add(row(new TypeRef<List<Point>>() {}, List.of(new Point(1, 2))));
    rows.add(row(new TypeRef<List<@Nullable String>>() {}, Arrays.asList("a", null)));
    rows.add(row(new TypeRef<Set<Colour>>() {}, Set.of(Colour.BLUE, Colour.RED)));
    rows.add(row(new TypeRef<Set<Point>>() {}, Set.of(new Point(1, 2), new Point(3, 4))));
    rows.add(row(new TypeRef<HashSet<Long>>() {}, new HashSet<>(List.of(70_000L, 3L, 1L << 40))));
    rows.add(row(new TypeRef<EnumSet<Colour>>() {}, EnumSet.of(Colour.GREEN)));
    rows.add(row(new TypeRef<TreeSet<String>>() {}, new TreeSet<>(Set.of("b", "a"))));
    rows.add(row(new TypeRef<Map<Long, Point>>() {}, Map.of(1L, new Point(1, 2))));
    rows.add(
        row(
            new TypeRef<Map<Integer, String>>() {},
            Map.of(1, "one"),
            map -> assertThat(map.get(1)).isEqualTo("one")));
    rows.add(row(new TypeRef<Map<UUID, Set<LocalDate>>>() {}, Map.of(new UUID(1, 2), Set.of())));
    rows.add(row(new TypeRef<Map<Character, Boolean>>() {}, Map.of('a', true)));
    rows.add(row(new TypeRef<Map<Double, Float>>() {}, Map.of(0.1, 0.2f)));
    rows.add(row(new TypeRef<Map<BigDecimal, String>>() {}, Map.of(new BigDecimal("1.10"), "x")));
    rows.add(row(new TypeRef<EnumMap<Colour, Point>>() {}, enumMap()));
    rows.add(row(new TypeRef<Map<Colour, Point>>() {}, enumMap()));
    rows.add(row(new TypeRef<TreeMap<String, Long>>() {}, new TreeMap<>(Map.of("b", 1L, "a", 2L))));
    rows.add(row(new TypeRef<SortedMap<Long, Long>>() {}, new TreeMap<>(Map.of(10L, 1L, 9L, 2L))));
    rows.add(row(new TypeRef<Map.Entry<Long, Point>>() {}, Map.entry(1L, new Point(1, 2))));
    rows.add(
        row(
            new TypeRef<Collection<Long>>() {},
            Map.of("a", 1L).values(),
            all -> assertThat(all).containsExactly(1L)));
    rows.add(
        row(
            new TypeRef<Deque<Long>>() {},
            new ArrayDeque<>(List.of(1L, 2L)),
            all -> assertThat(all.peekLast()).isEqualTo(2L)));
    rows.add(row(new TypeRef<Optional<Point>>() {}, Optional.of(new Point(1, 2))));
    rows.add(row(new TypeRef<Optional<Point>>() {}, Optional.empty()));
    rows.add(
        row(new TypeRef<List<Optional<Long>>>() {}, List.of(Optional.of(1L), Optional.empty())));
    rows.add(row(OptionalInt.class, OptionalInt.of(1)));
    rows.add(row(OptionalLong.class, OptionalLong.of(1)));
    rows.add(row(OptionalDouble.class, OptionalDouble.empty()));
  }

  private static EnumMap<Colour, Point> enumMap() {
    return new EnumMap<>(Map.of(Colour.GREEN, new Point(1, 2)));
  }

  private static void records(List<Row> rows) {
    var money = new Money(new BigDecimal("10.50"), Currency.getInstance("EUR"), null);
    rows.add(row(Point.class, new Point(1, 2)));
    rows.add(row(Empty.class, new Empty()));
    rows.add(row(Money.class, money));
    rows.add(row(Node.class, new Node("a", List.of(new Node("b", List.of())))));
    rows.add(
        row(
            new TypeRef<Page<LocalDate>>() {},
            new Page<>(List.of(LocalDate.EPOCH), Optional.of(LocalDate.MIN)),
            page -> assertThat(page.items().getFirst().getYear()).isEqualTo(1970)));
    rows.add(
        row(
            new TypeRef<Map<String, List<Page<Pair<Long, Set<Colour>>>>>>() {},
            Map.of(
                "a",
                List.of(
                    new Page<>(List.of(new Pair<>(1L, Set.of(Colour.RED))), Optional.empty())))));
    rows.add(
        row(
            new TypeRef<Pair<Pair<Long, Money>, Empty>>() {},
            new Pair<>(new Pair<>(1L, money), new Empty())));
    rows.add(row(Order.class, order().getFirst()));
    rows.add(row(Budget.class, new Budget(Map.of("tokens", new Budget.Meter(3, 2, 1)))));
    rows.add(
        row(
            new TypeRef<List<Child<Long>>>() {},
            List.of(new Child<>(1, "r~1", TypeRef.of(Long.class)))));
  }

  private static void sealed(List<Row> rows) {
    var circle = new Circle(3);
    var group =
        new Group(List.of(circle, NoShape.NONE), Map.of("a", new Dot()), Optional.of(circle));
    rows.add(row(Shape.class, circle));
    rows.add(row(Shape.class, group));
    rows.add(row(Shape.class, NoShape.NONE));
    rows.add(row(Shape.class, null));
    rows.add(row(Circle.class, circle));
    rows.add(row(Curved.class, new Bow(new Dot(), 0.5)));
    rows.add(row(Shape.class, new Bow(new Bow(new Dot(), 1), 0.5)));
    rows.add(row(new TypeRef<List<Shape>>() {}, List.of(circle, group)));
    rows.add(row(new TypeRef<Map<String, Shape>>() {}, Map.of("a", circle)));
    rows.add(row(new TypeRef<Optional<Shape>>() {}, Optional.of(circle)));
    rows.add(row(new TypeRef<Page<Shape>>() {}, new Page<>(List.of(circle), Optional.of(group))));
    rows.add(row(new TypeRef<List<? extends Shape>>() {}, List.of(circle)));
    rows.add(row(Drawing.class, new Drawing(circle, "free", LocalDate.EPOCH)));
    rows.add(row(new TypeRef<Result<LocalDate>>() {}, new Ok<>(LocalDate.EPOCH)));
    rows.add(
        row(new TypeRef<List<Result<Shape>>>() {}, List.of(new Ok<>(circle), new Failed<>("x"))));
  }

  private static void others(List<Row> rows) {
    rows.add(row(byte[].class, new byte[] {0, -1, 7}));
    rows.add(row(byte[].class, null));
    rows.add(row(int[].class, new int[] {1, 2}));
    rows.add(row(Point[].class, new Point[] {new Point(1, 2)}));
    rows.add(row(new TypeRef<List<LocalDate>[]>() {}, lists()));
    rows.add(
        row(
            new TypeRef<List<byte[]>>() {},
            List.of(new byte[] {1}, new byte[0]),
            all -> assertThat(all.getFirst()).containsExactly(1)));
    rows.add(
        row(
            TypeRef.of(Blob.class),
            new Blob("a", new byte[] {1, -1}),
            blob -> assertThat(blob.content()).containsExactly(1, -1)));
    rows.add(
        row(TypeRef.of(Made.class), new Made("x"), made -> assertThat(made.text()).isEqualTo("x")));
    var bean = new Bean();
    bean.setCount(3);
    rows.add(row(TypeRef.of(Bean.class), bean, given -> assertThat(given.getCount()).isEqualTo(3)));
    rows.add(
        row(
            TypeRef.of(JsonNode.class),
            new ObjectMapper()
                .createObjectNode()
                .put("a", new BigDecimal("0.1234567890123456789012345678900")),
            tree ->
                assertThat(tree.get("a"))
                    .isEqualTo(
                        DecimalNode.valueOf(new BigDecimal("0.1234567890123456789012345678900")))));
  }

  @SuppressWarnings("unchecked")
  private static List<LocalDate>[] lists() {
    return (List<LocalDate>[]) new List<?>[] {List.of(LocalDate.EPOCH)};
  }

  // --- refused by their type

  sealed interface Nameless {}

  record Named() implements Nameless {}

  sealed interface Twins {}

  @TypeName("twin")
  record One() implements Twins {}

  @TypeName("twin")
  record Two() implements Twins {}

  sealed interface Leaky {}

  @TypeName("open")
  abstract static non-sealed class Open implements Leaky {}

  interface Loose {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface ByClass {}

  record ByClassToo(int x) implements ByClass {}

  record Anything(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object it) {}

  record Holder(Map<String, List<Path>> files) {}

  record RawInside(@SuppressWarnings("rawtypes") List all) {}

  static final class Needy {
    private final int x;

    Needy(int x) {
      this.x = x;
    }

    public int getX() {
      return x;
    }
  }

  static final class Mute {
    private final int x;

    @JsonCreator
    Mute(@JsonProperty("x") int x) {
      this.x = x;
    }

    boolean same(int other) {
      return x == other;
    }
  }

  @SuppressWarnings("ClassCanBeStatic") // this is what is refused
  final class Inner {
    public int x;
  }

  @SuppressWarnings({"unchecked", "NullAway"})
  private static Unfit unfit(TypeRef<?> type, @Nullable Object value, String reason) {
    return new Unfit((TypeRef<@Nullable Object>) type, value, reason);
  }

  private static Unfit unfit(Class<?> type, String reason) {
    return unfit(TypeRef.of(type), null, reason);
  }

  static List<Unfit> refusedTypes() {
    return List.of(
        unfit(Path.class, "is no data"),
        unfit(java.io.File.class, "is no data"),
        unfit(java.io.InputStream.class, "is no data"),
        unfit(Class.class, "does not say"),
        unfit(Thread.class, "is no data"),
        unfit(Number.class, "is no data"),
        unfit(CharSequence.class, "is no data"),
        unfit(StringBuilder.class, "is no data"),
        unfit(java.util.concurrent.atomic.AtomicLong.class, "is no data"),
        unfit(void.class, "is no data"),
        unfit(Calendar.class, "is no data"),
        unfit(List.class, "does not say what is in it"),
        unfit(Map.class, "does not say what is in it"),
        unfit(Optional.class, "does not say what is in it"),
        unfit(Page.class, "does not say what is in it"),
        unfit(RawInside.class, "RawInside.all"),
        unfit(Holder.class, "Holder.files"),
        unfit(new TypeRef<List<Path>>() {}, List.of(), "is no data"),
        unfit(new TypeRef<Path[]>() {}, null, "is no data"),
        unfit(new TypeRef<Optional<Thread>>() {}, null, "is no data"),
        unfit(new TypeRef<Page<Runnable>>() {}, null, "Page.items"),
        unfit(new TypeRef<Iterator<String>>() {}, null, "is no data"),
        unfit(new TypeRef<IdentityHashMap<String, String>>() {}, null, "is no collection"),
        unfit(new TypeRef<AbstractList<String>>() {}, null, "is no collection"),
        unfit(new TypeRef<Map<Point, String>>() {}, null, "is no key"),
        unfit(new TypeRef<Map<List<String>, String>>() {}, null, "is no key"),
        unfit(new TypeRef<Map<Object, String>>() {}, null, "is no key"),
        unfit(Loose.class, "is abstract"),
        unfit(Nameless.class, "has no @TypeName"),
        unfit(new TypeRef<List<Nameless>>() {}, List.of(), "has no @TypeName"),
        unfit(Twins.class, "two subtypes have the @TypeName twin"),
        unfit(Leaky.class, "abstract and not sealed"),
        unfit(ByClass.class, "lets a journal name a class"),
        unfit(ByClassToo.class, "lets a journal name a class"),
        unfit(Anything.class, "lets a journal name a class"),
        unfit(Needy.class, "has neither a @JsonCreator"),
        unfit(Mute.class, "which is not written"),
        unfit(Inner.class, "belongs to an object around it"));
  }

  // --- refused when there is a value

  record Failing(int x) {
    public String getText() {
      if (x >= 0) {
        throw new IllegalStateException("no text");
      }
      return "";
    }
  }

  record Picky(int x) {
    Picky {
      if (x < 0) {
        throw new IllegalArgumentException("x must not be negative");
      }
    }

    @Override
    public int x() {
      return x - 1;
    }
  }

  static List<Unfit> refusedValues() {
    var polluted = new ArrayList<Object>(List.of(1));
    var endless = new ArrayList<Object>();
    endless.add(endless);
    var rich = new Richer();
    return List.of(
        unfit(TypeRef.of(Object.class), LocalDate.EPOCH, "does not come back"),
        unfit(TypeRef.of(Object.class), 5L, "does not come back"),
        unfit(TypeRef.of(Object.class), Colour.RED, "does not come back"),
        unfit(TypeRef.of(Object.class), new BigDecimal("1.50"), "does not come back"),
        unfit(TypeRef.of(Object.class), new Point(1, 2), "does not come back"),
        unfit(new TypeRef<Map<String, Object>>() {}, Map.of("a", Set.of(1)), "does not come back"),
        unfit(TypeRef.of(Drawing.class), new Drawing(Shape.UNIT, 'c', LocalDate.EPOCH), "Drawing"),
        unfit(new TypeRef<List<Long>>() {}, polluted, "cannot be written"),
        unfit(new TypeRef<Optional<Optional<Long>>>() {}, Optional.empty(), "does not"),
        unfit(new TypeRef<Optional<Long>>() {}, null, "does not come back"),
        unfit(TypeRef.of(Bean.class), rich, "does not come back"),
        unfit(TypeRef.of(Failing.class), new Failing(1), "no text"),
        unfit(TypeRef.of(Picky.class), new Picky(0), "x must not be negative"),
        unfit(TypeRef.of(Object.class), endless, "cannot be written"),
        unfit(TypeRef.of(String.class), "x".repeat(2_000_000), "1048576 bytes"),
        unfit(TypeRef.of(byte[].class), new byte[2_000_000], "1048576 bytes"),
        unfit(TypeRef.of(String.class), 5, "step 'one'"));
  }
}
