package dev.sluice.sdk;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A type with its parameters, which a {@code Class} cannot say: {@code new
 * TypeRef<List<LocalDate>>() {}}.
 *
 * @param <T> that type
 */
@SuppressWarnings("UnusedTypeParameter") // it is what is captured
public abstract class TypeRef<T extends @Nullable Object> {
  private final Type type;

  /**
   * @throws IllegalArgumentException if the type is open, because the code that names it has type
   *     parameters of its own
   */
  protected TypeRef() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType captured)
        || captured.getRawType() != TypeRef.class) {
      throw new IllegalArgumentException(
          "a TypeRef is made as new TypeRef<List<String>>() {}, got " + getClass().getName());
    }
    type = captured.getActualTypeArguments()[0];
    if (isOpen(type)) {
      throw new IllegalArgumentException(
          "a TypeRef must not depend on a type variable, got " + type.getTypeName());
    }
  }

  private TypeRef(Type type) {
    this.type = type;
    if (isOpen(type)) {
      throw new IllegalArgumentException(
          "a type must not depend on a type variable, got " + type.getTypeName());
    }
  }

  /** A type that has no parameters. */
  public static <T extends @Nullable Object> TypeRef<T> of(Class<T> type) {
    return new Plain<>(type);
  }

  /**
   * A type that reflection found.
   *
   * @throws IllegalArgumentException if it is open
   */
  public static TypeRef<?> of(Type type) {
    return new Plain<@Nullable Object>(type);
  }

  private static final class Plain<T extends @Nullable Object> extends TypeRef<T> {
    Plain(Type type) {
      super(type);
    }
  }

  /** The type that it stands for. */
  public final Type type() {
    return type;
  }

  private static boolean isOpen(Type type) {
    return switch (type) {
      case TypeVariable<?> variable -> true;
      case GenericArrayType array -> isOpen(array.getGenericComponentType());
      case ParameterizedType generic ->
          Stream.of(generic.getActualTypeArguments()).anyMatch(TypeRef::isOpen);
      case WildcardType wildcard -> Stream.of(wildcard.getUpperBounds()).anyMatch(TypeRef::isOpen);
      default -> false;
    };
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof TypeRef<?> that && type.equals(that.type);
  }

  @Override
  public final int hashCode() {
    return type.hashCode();
  }

  /** As it would stand in code. */
  @Override
  public final String toString() {
    return type.getTypeName();
  }
}
