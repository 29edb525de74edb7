package dev.sluice.runner.value;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import com.fasterxml.jackson.databind.jsontype.impl.StdTypeResolverBuilder;
import dev.sluice.sdk.TypeName;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value of a sealed type is an object whose one field is the {@link TypeName} of its class,
 * unless Jackson's annotations say otherwise.
 */
final class SealedTypes extends JacksonAnnotationIntrospector {
  private static final long serialVersionUID = 1L;

  @Override
  public @Nullable TypeResolverBuilder<?> findTypeResolver(
      MapperConfig<?> config, AnnotatedClass annotated, JavaType base) {
    var said = super.findTypeResolver(config, annotated, base);
    if (said != null || !isNamed(annotated.getRawType())) {
      return said;
    }
    var named =
        JsonTypeInfo.Value.construct(
            JsonTypeInfo.Id.NAME, JsonTypeInfo.As.WRAPPER_OBJECT, null, null, false, null, null);
    return new StdTypeResolverBuilder().init(named, null);
  }

  @Override
  public @Nullable List<NamedType> findSubtypes(Annotated annotated) {
    var said = super.findSubtypes(annotated);
    if (!isNamed(annotated.getRawType())) {
      return said;
    }
    var subtypes = said == null ? new ArrayList<NamedType>() : new ArrayList<>(said);
    for (var type : concrete(annotated.getRawType())) {
      subtypes.add(new NamedType(type, type.getAnnotation(TypeName.class).value()));
    }
    return subtypes;
  }

  @Override
  public @Nullable String findTypeName(AnnotatedClass annotated) {
    var said = super.findTypeName(annotated);
    var name = annotated.getRawType().getAnnotation(TypeName.class);
    return said != null || name == null ? said : name.value();
  }

  /** An enum whose constants have bodies is sealed, too, but each has its name. */
  static boolean isSealed(Class<?> type) {
    return type.isSealed() && !type.isEnum();
  }

  private static boolean isNamed(Class<?> type) {
    return isSealed(type)
        && concrete(type).stream().allMatch(one -> one.isAnnotationPresent(TypeName.class));
  }

  /** The classes that values of a sealed type can have; those that others may extend among them. */
  static Set<Class<?>> concrete(Class<?> type) {
    var found = new LinkedHashSet<Class<?>>();
    collect(type, found);
    return found;
  }

  private static void collect(Class<?> type, Set<Class<?>> found) {
    boolean sealed = isSealed(type);
    if (!sealed || !Modifier.isAbstract(type.getModifiers())) {
      found.add(type);
    }
    if (sealed) {
      for (var permitted : type.getPermittedSubclasses()) {
        collect(permitted, found);
      }
    }
  }
}
