package dev.sluice.runner.value;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.contract.Bounds;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How values stand in JSON: dates as text with their zone, numbers with all their digits. What is
 * on the class path adds nothing to it, or two workers would read one journal differently.
 */
final class Json {
  /** For what clients, parents and children wrote. */
  static final JsonMapper OTHERS = mapper().polymorphicTypeValidator(new OwnSubtypes()).build();

  /** For what the same agent wrote, perhaps in an older version: read to the letter. */
  static final JsonMapper OWN =
      mapper()
          .polymorphicTypeValidator(new NoSubtypes())
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();

  private Json() {}

  private static JsonMapper.Builder mapper() {
    return digits(JsonMapper.builder(factory()))
        .annotationIntrospector(new SealedTypes())
        .addModule(new Jdk8Module())
        .addModule(new JavaTimeModule().disable(JavaTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID))
        .addModule(
            ChildJson.addTo(new SimpleModule("sluice"))
                .addDeserializer(Class.class, new NoClasses())
                // A HashSet of enums has another order in each process.
                .addAbstractTypeMapping(Set.class, LinkedHashSet.class))
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .enable(SerializationFeature.WRITE_DATES_WITH_ZONE_ID)
        .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
  }

  /** All digits of numbers in trees. The older Jackson of an agent's jar may not have that. */
  private static JsonMapper.Builder digits(JsonMapper.Builder mapper) {
    Stream.of(JsonNodeFeature.values())
        .filter(feature -> feature.name().equals("USE_BIG_DECIMAL_FOR_FLOATS"))
        .forEach(mapper::enable);
    return mapper;
  }

  /** What was written is read, however long its names and numbers are. */
  private static JsonFactory factory() {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNameLength(Bounds.VALUE_BYTES)
                .maxNumberLength(Bounds.VALUE_BYTES)
                .build())
        .build();
  }

  /** A name that comes in a value loads no class, not even for an agent that asks for one. */
  private static final class NoClasses extends JsonDeserializer<Class<?>> {
    @Override
    public Class<?> deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      throw context.weirdStringException("", Class.class, "a value cannot name a class");
    }
  }

  /** Whatever an agent's own types allow. */
  private static final class NoSubtypes extends PolymorphicTypeValidator.Base {
    private static final long serialVersionUID = 1L;

    @Override
    public Validity validateBaseType(MapperConfig<?> config, JavaType base) {
      return Validity.DENIED;
    }
  }
}
