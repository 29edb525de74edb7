package dev.sluice.runner.value;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonKey;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.TypeName;
import java.lang.annotation.Annotation;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which types' values come back as they were, as far as the type itself tells. */
final class TypeRules {
  /**
   * What a type tells.
   *
   * @param problem why none of its values does; null if it does not say
   * @param hasEquals two of its values that are the same are equal, so that both can be compared
   */
  record Verdict(@Nullable String problem, boolean hasEquals) {}

  private final Set<JavaType> seen = new HashSet<>();
  private @Nullable String problem;
  private boolean hasEquals = true;

  private TypeRules() {}

  static Verdict judge(JavaType type) {
    var rules = new TypeRules();
    rules.walk(type, "");
    if (rules.problem == null) {
      rules.problem = unreadable(type);
    }
    return new Verdict(rules.problem, rules.hasEquals);
  }

  /** What Jackson finds when it prepares to read the type. */
  private static @Nullable String unreadable(JavaType type) {
    try {
      Json.OWN.readerFor(type).readValue("null");
      return null;
    } catch (JsonProcessingException | RuntimeException e) {
      return e.getMessage();
    }
  }

  /** The first reason counts. */
  private void refuse(JavaType type, String at, String reason) {
    if (problem == null) {
      var place = at.isEmpty() ? "" : " (" + at + ")";
      problem = JsonCodec.name(type) + place + " " + reason;
    }
  }

  /**
   * @param at the property that it is the type of; empty for what was asked for
   */
  private void walk(JavaType type, String at) {
    boolean known = problem != null || !seen.add(type);
    if (!known && !isSimple(type.getRawClass())) {
      structure(type, at);
    }
  }

  private static boolean isSimple(Class<?> type) {
    return PlainTypes.isPlain(type) || type.isEnum();
  }

  private void structure(JavaType type, String at) {
    var raw = type.getRawClass();
    if (isRaw(type)) {
      refuse(type, at, "does not say what is in it: name its parameters by a TypeRef");
    } else if (JsonNode.class.isAssignableFrom(raw)) {
      hasEquals = false;
    } else if (type.isArrayType()) {
      hasEquals = false;
      walk(type.getContentType(), at);
    } else if (raw == Optional.class) {
      walk(type.containedType(0), at);
    } else if (type.isMapLikeType() || raw == Map.Entry.class) {
      map(type, at);
    } else if (type.isCollectionLikeType()) {
      collection(type, at);
    } else {
      object(type, at);
    }
  }

  private static boolean isRaw(JavaType type) {
    return type.getRawClass().getTypeParameters().length > 0 && type.getBindings().isEmpty();
  }

  private void collection(JavaType type, String at) {
    checkContainer(type, at);
    walk(type.getContentType(), at);
  }

  private void map(JavaType type, String at) {
    boolean entry = type.getRawClass() == Map.Entry.class;
    var key = entry ? type.containedType(0) : type.getKeyType();
    if (!entry) {
      checkContainer(type, at);
    }
    if (!isKey(key.getRawClass())) {
      refuse(key, at, "is no key of a map: take text, a number, a date or an enum");
    }
    walk(entry ? type.containedType(1) : type.getContentType(), at);
  }

  private void checkContainer(JavaType type, String at) {
    var raw = type.getRawClass();
    hasEquals &= PlainTypes.hasEquals(raw);
    if (isOfJdk(raw) && !PlainTypes.isContainer(raw)) {
      refuse(type, at, "is no collection that comes back: take List, Set or Map");
    } else if (!isOfJdk(raw) && isAbstract(raw)) {
      refuse(type, at, "is abstract: take List, Set or Map");
    }
  }

  private static boolean isKey(Class<?> type) {
    return type.isEnum()
        || (PlainTypes.isPlain(type) && type != Object.class)
        || hasMember(type, JsonKey.class)
        || hasMember(type, JsonValue.class);
  }

  private void object(JavaType type, String at) {
    var raw = type.getRawClass();
    var info = annotation(type, JsonTypeInfo.class);
    if (isOfJdk(raw)) {
      refuse(type, at, "is no data: keep what it says in text, numbers or a record");
    } else if (info != null) {
      hasEquals = false;
      checkNamesNoClass(info, type, at);
    } else if (SealedTypes.isSealed(raw)) {
      sealed(type, at);
    } else if (isAbstract(raw)) {
      refuse(type, at, "is abstract: make it sealed, and give its subtypes a @TypeName");
    } else if (raw != Child.class && annotation(type, JsonDeserialize.class) == null) {
      data(type, at);
    }
  }

  private void checkNamesNoClass(JsonTypeInfo info, JavaType type, String at) {
    if (info.use() == JsonTypeInfo.Id.CLASS || info.use() == JsonTypeInfo.Id.MINIMAL_CLASS) {
      refuse(type, at, "lets a journal name a class: make it sealed, with @TypeName");
    }
  }

  private void sealed(JavaType type, String at) {
    var names = new HashSet<String>();
    for (var one : SealedTypes.concrete(type.getRawClass())) {
      var name = one.getAnnotation(TypeName.class);
      if (isAbstract(one)) {
        refuse(type, at, "has a subtype " + one.getName() + " that is abstract and not sealed");
      } else if (name == null || name.value().isBlank()) {
        refuse(type, at, "is sealed, and its subtype " + one.getName() + " has no @TypeName");
      } else if (!names.add(name.value())) {
        refuse(type, at, "is sealed, and two subtypes have the @TypeName " + name.value());
      } else if (one != type.getRawClass()) {
        walk(specialised(type, one), at);
      }
    }
  }

  private static JavaType specialised(JavaType base, Class<?> type) {
    try {
      return Json.OWN.getTypeFactory().constructSpecializedType(base, type);
    } catch (IllegalArgumentException e) {
      return Json.OWN.constructType(type); // with parameters that the base does not have
    }
  }

  private void data(JavaType type, String at) {
    var raw = type.getRawClass();
    if (!raw.isRecord()) {
      hasEquals = false;
      if (raw.isAnonymousClass() || (raw.isMemberClass() && !isStatic(raw)) || isLocal(raw)) {
        refuse(type, at, "belongs to an object around it: make it a record");
      } else if (!hasMember(raw, JsonCreator.class) && !hasPlainConstructor(raw)) {
        refuse(type, at, "has neither a @JsonCreator nor a constructor without parameters");
      }
    }
    if (!hasMember(raw, JsonValue.class)) {
      properties(type, at);
    }
  }

  private void properties(JavaType type, String at) {
    var read = Json.OWN.getDeserializationConfig().introspect(type).findProperties();
    var written =
        Json.OWN.getSerializationConfig().introspect(type).findProperties().stream()
            .filter(BeanPropertyDefinition::couldSerialize)
            .map(BeanPropertyDefinition::getName)
            .collect(Collectors.toSet());
    for (var property : read) {
      if (property.hasConstructorParameter() && !written.contains(property.getName())) {
        refuse(type, at, "is read with '" + property.getName() + "', which is not written");
      }
      property(property, type.getRawClass().getSimpleName() + "." + property.getName());
    }
    if (written.isEmpty() && !type.getRawClass().isRecord()) {
      refuse(type, at, "has no properties");
    }
  }

  private void property(BeanPropertyDefinition property, String at) {
    var member = property.getPrimaryMember();
    var info = member == null ? null : member.getAnnotation(JsonTypeInfo.class);
    if (info != null) {
      hasEquals = false;
      checkNamesNoClass(info, property.getPrimaryType(), at);
    } else if (member == null || !member.hasAnnotation(JsonDeserialize.class)) {
      walk(property.getPrimaryType(), at);
    }
  }

  private static <A extends Annotation> @Nullable A annotation(JavaType type, Class<A> wanted) {
    return Json.OWN
        .getDeserializationConfig()
        .introspectClassAnnotations(type)
        .getClassAnnotations()
        .get(wanted);
  }

  private static boolean hasMember(Class<?> type, Class<? extends Annotation> annotation) {
    return Stream.of(
            type.getDeclaredConstructors(), type.getDeclaredMethods(), type.getDeclaredFields())
        .flatMap(Stream::of)
        .anyMatch(member -> member.isAnnotationPresent(annotation));
  }

  private static boolean hasPlainConstructor(Class<?> type) {
    return Stream.of(type.getDeclaredConstructors()).anyMatch(one -> one.getParameterCount() == 0);
  }

  private static boolean isAbstract(Class<?> type) {
    return Modifier.isAbstract(type.getModifiers());
  }

  private static boolean isStatic(Class<?> type) {
    return Modifier.isStatic(type.getModifiers());
  }

  private static boolean isLocal(Class<?> type) {
    return type.isLocalClass() && !isStatic(type);
  }

  private static boolean isOfJdk(Class<?> type) {
    var module = type.getModule().getName();
    return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
  }
}
