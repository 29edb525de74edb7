package dev.sluice.runner.value;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.sluice.contract.Bounds;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.NonRetryableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Agents' values as JSON; a step's result carries the name of its class ({@link ValueTypes}). */
public final class ValueCodec {
  public static final String JSON_TYPE = "application/json";
  private static final String CLASS_PARAMETER = JSON_TYPE + ";class=";
  private static final ObjectMapper JSON =
      JsonMapper.builder(factory())
          .findAndAddModules()
          .addModule(new SimpleModule().addDeserializer(Class.class, new NoClasses()))
          .polymorphicTypeValidator(new OwnSubtypes())
          .build();

  private static final ObjectReader OWN =
      JSON.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** A name that comes in a value loads no class, not even for an agent that asks for one. */
  private static final class NoClasses extends JsonDeserializer<Class<?>> {
    @Override
    public Class<?> deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      throw context.weirdStringException("", Class.class, "a value cannot name a class");
    }
  }

  /** What was written is read, however long its names are. */
  private static JsonFactory factory() {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder().maxNameLength(Bounds.VALUE_BYTES).build())
        .build();
  }

  /** A value and what is needed to read it again. */
  public record Encoded(ByteBuffer bytes, String contentType) {}

  private ValueCodec() {}

  /** Of what is read again as a class that its reader names. */
  public static Encoded encode(@Nullable Object value, String what) {
    return new Encoded(ByteBuffer.wrap(bytes(value, what)), JSON_TYPE);
  }

  /** Of what is read again by its content type. */
  public static Encoded encode(@Nullable Object value, String what, ValueTypes types) {
    var type = contentType(value, what, types);
    return new Encoded(ByteBuffer.wrap(bytes(value, what)), type);
  }

  private static byte[] bytes(@Nullable Object value, String what) {
    byte[] bytes;
    try {
      bytes = JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new NonRetryableException(what + " cannot be written as JSON", e);
    }
    if (bytes.length > Bounds.VALUE_BYTES) {
      throw new NonRetryableException(
          what + " must be at most " + Bounds.VALUE_BYTES + " bytes as JSON, got " + bytes.length);
    }
    return bytes;
  }

  private static String contentType(@Nullable Object value, String what, ValueTypes types) {
    if (value == null) {
      return JSON_TYPE;
    }
    boolean natural =
        value instanceof String
            || value instanceof Boolean
            || value instanceof Integer
            || value instanceof Map
            || value instanceof Collection;
    return natural ? JSON_TYPE : CLASS_PARAMETER + types.nameOf(value, what);
  }

  public static @Nullable Object decode(
      @Nullable ByteBuffer bytes, String contentType, ValueTypes types) {
    if (bytes == null) {
      return null;
    }
    var type =
        contentType.startsWith(CLASS_PARAMETER)
            ? types.of(contentType.substring(CLASS_PARAMETER.length()))
            : Object.class;
    return decodeOwn(bytes, type, "a step's result");
  }

  /**
   * A value that this agent wrote. What its type says beside its components (a record with a method
   * {@code isLow()}) was written, too, and is left out.
   */
  public static <T extends @Nullable Object> T decodeOwn(
      ByteBuffer bytes, Class<T> type, String what) {
    try {
      return OWN.forType(type).readValue(array(bytes));
    } catch (IOException e) {
      throw unreadable(what, type, e);
    }
  }

  private static NonRetryableException unreadable(String what, Class<?> type, IOException cause) {
    return new NonRetryableException(
        what + " cannot be read as " + type.getName() + ": " + cause.getMessage(), cause);
  }

  /**
   * A value that somebody else wrote, as a class that the agent names.
   *
   * @throws NonRetryableException if it is not one
   */
  public static <T extends @Nullable Object> T decodeAs(
      ByteBuffer bytes, Class<T> type, String what) {
    try {
      return JSON.readValue(array(bytes), type);
    } catch (IOException e) {
      throw unreadable(what, type, e);
    }
  }

  /** The agent's input as the type that it declares. */
  public static @Nullable Object input(Agent<?, ?> agent, ByteBuffer bytes) {
    if (!bytes.hasRemaining()) {
      return null;
    }
    var declared = JSON.constructType(agent.getClass()).findTypeParameters(Agent.class);
    JavaType type = declared.length == 2 ? declared[0] : JSON.constructType(Object.class);
    try {
      return JSON.readValue(array(bytes), type);
    } catch (IOException e) {
      throw new NonRetryableException(
          "the input cannot be read as " + type.toCanonical() + ": " + e.getMessage(), e);
    }
  }

  private static byte[] array(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return copy;
  }
}
