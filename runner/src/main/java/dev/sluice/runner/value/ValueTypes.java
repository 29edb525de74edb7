package dev.sluice.runner.value;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.Texts;
import dev.sluice.sdk.Budget;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.NonRetryableException;
import java.lang.reflect.AnnotatedElement;
import java.security.CodeSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The classes that the outputs of one agent's children may be read as. The name in a child's handle
 * chooses among them, and a handle may have come through a checkpoint, whose name whoever may write
 * to the topic chooses: plain data of the JDK, and the records, enums and types with a
 * {@code @JsonCreator} of the agent's own jar, never any other class of the process.
 */
public final class ValueTypes {
  private static final int MOST_DIMENSIONS = 8;

  /** Reading one of these constructs nothing but data. */
  private static final Map<String, Class<?>> PLAIN =
      byName(
          Stream.concat(
              PlainTypes.all(),
              Stream.of(
                  Optional.class,
                  Map.class,
                  List.class,
                  Set.class,
                  Collection.class,
                  Budget.class,
                  Budget.Meter.class,
                  Child.class)));

  /** Names by which builds before the SDK had a module of its own wrote the same types. */
  private static final Map<String, Class<?>> RENAMED =
      Map.of(
          "dev.sluice.runner.Budget", Budget.class,
          "dev.sluice.runner.Budget$Meter", Budget.Meter.class,
          "dev.sluice.runner.Child", Child.class);

  private static final Map<String, Class<?>> PRIMITIVES =
      Map.of(
          "Z", boolean.class,
          "B", byte.class,
          "C", char.class,
          "S", short.class,
          "I", int.class,
          "J", long.class,
          "F", float.class,
          "D", double.class);

  private final Class<?> agent;
  private final Map<String, Class<?>> asked = new HashMap<>();

  /**
   * @param agent its own class
   */
  public ValueTypes(Class<?> agent) {
    this.agent = agent;
  }

  private static Map<String, Class<?>> byName(Stream<Class<?>> types) {
    var named = new HashMap<String, Class<?>>();
    types.forEach(type -> named.put(type.getName(), type));
    return Map.copyOf(named);
  }

  /** The agent's code asks for values of a class, whatever it is; a name may mean it, too. */
  public void asked(Class<?> type) {
    asked.put(type.getName(), type);
  }

  /**
   * The class that a name stands for.
   *
   * @throws NonRetryableException if it may not stand for any
   */
  public Class<?> of(String name) {
    var type = find(name);
    if (type == null) {
      throw new NonRetryableException(
          "a child's output is to be read as class '"
              + Texts.quoted(name)
              + "', which is no record, enum or @JsonCreator type of the agent's own jar");
    }
    return type;
  }

  private @Nullable Class<?> find(String name) {
    int dimensions = 0;
    while (dimensions < name.length() && name.charAt(dimensions) == '[') {
      dimensions++;
    }
    if (dimensions > MOST_DIMENSIONS) {
      return null;
    }
    var element = element(name.substring(dimensions), dimensions > 0);
    var type = element;
    for (int i = 0; i < dimensions && type != null; i++) {
      type = type.arrayType();
    }
    return type;
  }

  private @Nullable Class<?> element(String name, boolean isOfArray) {
    if (!isOfArray) {
      return single(name);
    }
    return name.startsWith("L") && name.endsWith(";")
        ? single(name.substring(1, name.length() - 1))
        : PRIMITIVES.get(name);
  }

  private @Nullable Class<?> single(String name) {
    if (name.equals(JsonNode.class.getName())) {
      return JsonNode.class;
    }
    var known = PLAIN.getOrDefault(name, RENAMED.getOrDefault(name, asked.get(name)));
    return known != null ? known : own(name);
  }

  private @Nullable Class<?> own(String name) {
    try {
      var type = Class.forName(name, false, agent.getClassLoader());
      return isAllowed(type) ? type : null;
    } catch (ClassNotFoundException | LinkageError | SecurityException e) {
      return null;
    }
  }

  private boolean isAllowed(Class<?> type) {
    var element = type;
    while (element.isArray()) {
      element = element.componentType();
    }
    return element.isPrimitive()
        || element == JsonNode.class
        || PLAIN.containsValue(element)
        || (isOf(agent, element) && isData(element));
  }

  /**
   * Whether a class is of the same jar as another one. On the class path all jars have one loader,
   * so the place that it was read from tells them apart.
   */
  static boolean isOf(Class<?> owner, Class<?> type) {
    var loader = owner.getClassLoader();
    return loader != null
        && loader.equals(type.getClassLoader())
        && (!loader.equals(ClassLoader.getSystemClassLoader())
            || Objects.equals(place(owner), place(type)));
  }

  private static @Nullable Object place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null ? null : source.getLocation();
  }

  private static boolean isData(Class<?> type) {
    return type.isRecord()
        || type.isEnum()
        || Stream.of(type.getDeclaredConstructors()).anyMatch(ValueTypes::isCreator)
        || Stream.of(type.getDeclaredMethods()).anyMatch(ValueTypes::isCreator);
  }

  private static boolean isCreator(AnnotatedElement element) {
    return element.isAnnotationPresent(JsonCreator.class);
  }
}
