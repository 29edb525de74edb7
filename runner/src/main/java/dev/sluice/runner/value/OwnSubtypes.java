package dev.sluice.runner.value;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;

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
      return ValueTypes.isOf(owner, type) ? Validity.ALLOWED : Validity.DENIED;
    } catch (ClassNotFoundException | LinkageError e) {
      return Validity.DENIED;
    }
  }
}
