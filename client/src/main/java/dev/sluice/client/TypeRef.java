package dev.sluice.client;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * Names a generic type: {@code new TypeRef<List<Order>>() {}}.
 *
 * @param <T> the type
 */
public abstract class TypeRef<T> {
  private final Type type;

  /** Takes the type from the subclass. */
  protected TypeRef() {
    if (getClass().getGenericSuperclass() instanceof ParameterizedType named) {
      this.type = named.getActualTypeArguments()[0];
    } else {
      throw new IllegalArgumentException("say the type: new TypeRef<List<Order>>() {}");
    }
  }

  private TypeRef(Type type) {
    this.type = type;
  }

  /** A type without parameters. */
  public static <T> TypeRef<T> of(Class<T> type) {
    return new Plain<>(type);
  }

  /** As reflection, and each library, has it. */
  public final Type type() {
    return type;
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof TypeRef<?> ref && type.equals(ref.type);
  }

  @Override
  public final int hashCode() {
    return type.hashCode();
  }

  @Override
  public final String toString() {
    return type.getTypeName();
  }

  private static final class Plain<T> extends TypeRef<T> {
    Plain(Class<T> type) {
      super(type);
    }
  }
}
