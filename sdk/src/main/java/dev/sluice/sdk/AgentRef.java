package dev.sluice.sdk;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An agent that others call by its name, with the types of what goes in and what comes out.
 *
 * @param name 1 to 128 characters of {@code [A-Za-z0-9._-]}
 * @param input what its inputs are written as
 * @param output what its outputs are read as
 * @param <I> its input
 * @param <O> its output
 */
public record AgentRef<I extends @Nullable Object, O extends @Nullable Object>(
    String name, TypeRef<I> input, TypeRef<O> output) {

  /** An agent of which nothing is here but its name and its types. */
  public static <I extends @Nullable Object, O extends @Nullable Object> AgentRef<I, O> of(
      String name, Class<I> input, Class<O> output) {
    return new AgentRef<>(name, TypeRef.of(input), TypeRef.of(output));
  }

  /** An agent of which nothing is here but its name and its types. */
  public static <I extends @Nullable Object, O extends @Nullable Object> AgentRef<I, O> of(
      String name, TypeRef<I> input, TypeRef<O> output) {
    return new AgentRef<>(name, input, output);
  }

  /**
   * An agent whose object is here.
   *
   * @throws IllegalArgumentException if its class does not say its types
   */
  @SuppressWarnings("unchecked") // what its class declares
  public static <I extends @Nullable Object, O extends @Nullable Object> AgentRef<I, O> of(
      Agent<I, O> agent) {
    var types = Types.of(agent.getClass());
    return new AgentRef<>(agent.name(), (TypeRef<I>) types.input(), (TypeRef<O>) types.output());
  }

  /**
   * An agent whose class is here: an object of it is made, as a worker does, and asked for its
   * name.
   *
   * @throws IllegalArgumentException if its class does not say its types, or has no constructor
   *     without parameters, or that one fails
   */
  public static <I extends @Nullable Object, O extends @Nullable Object> AgentRef<I, O> of(
      Class<? extends Agent<I, O>> agent) {
    try {
      var constructor = agent.getDeclaredConstructor();
      constructor.setAccessible(true); // an agent's class may be its author's alone
      return of(constructor.newInstance());
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "no agent can be made of " + agent.getName() + ": " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "no agent can be made of " + agent.getName() + ": " + e.getMessage(), e);
    }
  }

  /** What an agent's class says of its input and its output. */
  private record Types(TypeRef<?> input, TypeRef<?> output) {
    /**
     * Reads them off what the class extends and implements.
     *
     * @throws IllegalArgumentException if that leaves them open
     */
    static Types of(Class<?> agent) {
      var types = find(agent, Map.of());
      if (types == null) {
        throw new IllegalArgumentException(
            agent.getName() + " does not say its types: implement Agent<Input, Output>");
      }
      return new Types(TypeRef.of(types.get(0)), TypeRef.of(types.get(1)));
    }

    private static @Nullable List<Type> find(Type type, Map<Type, Type> known) {
      if (type instanceof ParameterizedType generic) {
        var arguments = new ArrayList<Type>();
        for (var argument : generic.getActualTypeArguments()) {
          arguments.add(known.getOrDefault(argument, argument));
        }
        return find((Class<?>) generic.getRawType(), arguments);
      }
      return type instanceof Class<?> plain ? find(plain, List.of()) : null;
    }

    private static @Nullable List<Type> find(Class<?> type, List<Type> arguments) {
      if (type == Agent.class) {
        return arguments.isEmpty() ? null : arguments;
      }
      var known = new HashMap<Type, Type>();
      TypeVariable<?>[] parameters = type.getTypeParameters();
      for (int i = 0; i < arguments.size(); i++) {
        known.put(parameters[i], arguments.get(i));
      }
      for (var parent : parents(type)) {
        var found = find(parent, known);
        if (found != null) {
          return found;
        }
      }
      return null;
    }

    private static List<Type> parents(Class<?> type) {
      var parents = new ArrayList<>(List.of(type.getGenericInterfaces()));
      var parent = type.getGenericSuperclass();
      if (parent != null) {
        parents.add(parent);
      }
      return parents;
    }
  }
}
