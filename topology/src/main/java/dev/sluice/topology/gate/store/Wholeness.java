package dev.sluice.topology.gate.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a record read back has every required component: a field missing from the JSON reads
 * as null and would make the core fail much later.
 */
final class Wholeness {
  private record Component(Method accessor, boolean mayBeNull) {}

  private static final Map<Class<?>, List<Component>> COMPONENTS = new ConcurrentHashMap<>();

  private Wholeness() {}

  /** The value itself; throws if it, or a record in it, lacks something. */
  static <T> T check(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the entry is null");
    }
    if (value instanceof Record) {
      for (var component : COMPONENTS.computeIfAbsent(value.getClass(), Wholeness::components)) {
        check(value, component);
      }
    }
    return value;
  }

  private static void check(Object owner, Component component) {
    var value = read(owner, component.accessor());
    if (value == null) {
      if (!component.mayBeNull()) {
        throw new IllegalStateException(
            owner.getClass().getSimpleName() + " lacks " + component.accessor().getName());
      }
    } else if (value instanceof Collection<?> elements) {
      elements.forEach(Wholeness::check);
    } else {
      check(value);
    }
  }

  private static @Nullable Object read(Object owner, Method accessor) {
    try {
      return accessor.invoke(owner);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot look at " + accessor, e);
    }
  }

  private static List<Component> components(Class<?> type) {
    var components = new ArrayList<Component>();
    for (var component : type.getRecordComponents()) {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      boolean mayBeNull =
          component.getType().isPrimitive()
              || component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      components.add(new Component(accessor, mayBeNull));
    }
    return components;
  }
}
