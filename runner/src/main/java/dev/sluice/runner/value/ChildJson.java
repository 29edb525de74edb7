package dev.sluice.runner.value;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.TypeFactory;
import dev.sluice.sdk.Child;
import dev.sluice.sdk.TypeRef;
import java.io.IOException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Handles of children as number and id. What their outputs are read as is said by the code that
 * reads the handle; builds of the first months wrote a class's name beside, which is not read.
 */
final class ChildJson {
  private static final String NUMBER = "number";
  private static final String RUN_ID = "runId";

  private ChildJson() {}

  static SimpleModule addTo(SimpleModule module) {
    return module.addSerializer(new Writer()).addDeserializer(Child.class, new Reader());
  }

  @SuppressWarnings("rawtypes") // as Jackson names the classes that it writes
  private static final class Writer extends JsonSerializer<Child> {
    @Override
    public Class<Child> handledType() {
      return Child.class;
    }

    @Override
    public void serialize(Child child, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeStartObject();
      json.writeNumberField(NUMBER, child.number());
      json.writeStringField(RUN_ID, child.runId());
      json.writeEndObject();
    }
  }

  @SuppressWarnings("rawtypes") // as Jackson names the classes that it reads
  private static final class Reader extends JsonDeserializer<Child>
      implements ContextualDeserializer {
    private final TypeRef<?> output;

    Reader() {
      this(TypeRef.of((Type) Object.class));
    }

    private Reader(TypeRef<?> output) {
      this.output = output;
    }

    @Override
    public JsonDeserializer<?> createContextual(
        DeserializationContext context, @Nullable BeanProperty property) {
      var declared = context.getContextualType();
      return new Reader(TypeRef.of(output(declared)));
    }

    private static Type output(@Nullable JavaType child) {
      var output = child == null ? TypeFactory.unknownType() : child.containedTypeOrUnknown(0);
      return output.hasGenericTypes() ? output : output.getRawClass();
    }

    @Override
    public Child deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      JsonNode handle = context.readTree(parser);
      int number = handle.path(NUMBER).asInt();
      var id = handle.path(RUN_ID);
      if (number < 1 || !id.isTextual()) {
        throw context.weirdStringException(
            handle.toString(), Child.class, "a child has a number from 1 and a run id");
      }
      return new Child<>(number, id.textValue(), output);
    }
  }
}
