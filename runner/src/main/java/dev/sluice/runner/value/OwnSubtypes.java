package dev.sluice.runner.value;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent's type lets JSON name a class ({@code @JsonTypeInfo} by class), it may name one
 * beside that type alone: the same jar's, never one of the JDK or a library.
 */
final class OwnSubtypes extends PolymorphicTypeValidator.Base {
  private static final long serialVersionUID = 1L;

  @Override
  public Validity validateSubClassName(MapperConfig<?> config, JavaType base, String subClassName) {
    var owner = base.getRawClass();
    try {
      var type = Class.forName(subClassName, false, owner.getClassLoader());
      return isOf(owner, type) ? Validity.ALLOWED : Validity.DENIED;
    } catch (ClassNotFoundException | LinkageError e) {
      return Validity.DENIED;
    }
  }

  /**
   * Whether a class is of the same jar as another one. One loader may have several jars, those of
   * the class path among them, so the place that it was read from must be the same, too.
   */
  private static boolean isOf(Class<?> owner, Class<?> type) {
    var loader = owner.getClassLoader();
    return loader != null
        && loader.equals(type.getClassLoader())
        && Objects.equals(place(owner), place(type));
  }

  private static @Nullable Object place(Class<?> type) {
    var source = type.getProtectionDomain().getCodeSource();
    return source == null ? null : source.getLocation();
  }
}
