package dev.sluice.runner.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.contract.Bounds;
import dev.sluice.runner.Agent;
import dev.sluice.runner.NonRetryableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Agents' values as JSON; a result of a class of the agent's own carries the class' name. */
final class ValueCodec {
  static final String JSON_TYPE = "application/json";
  private static final String CLASS_PARAMETER = JSON_TYPE + ";class=";
  private static final ObjectMapper JSON = JsonMapper.builder().findAndAddModules().build();

  /** A value and what is needed to read it again. */
  record Encoded(ByteBuffer bytes, String contentType) {}

  private ValueCodec() {}

  static Encoded encode(@Nullable Object value, String what) {
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
    return new Encoded(ByteBuffer.wrap(bytes), contentType(value));
  }

  private static String contentType(@Nullable Object value) {
    if (value == null) {
      return JSON_TYPE;
    }
    boolean natural =
        value instanceof String
            || value instanceof Boolean
            || value instanceof Integer
            || value instanceof Map
            || value instanceof Collection;
    return natural ? JSON_TYPE : CLASS_PARAMETER + value.getClass().getName();
  }

  static @Nullable Object decode(
      @Nullable ByteBuffer bytes, String contentType, ClassLoader loader) {
    if (bytes == null) {
      return null;
    }
    try {
      var type =
          contentType.startsWith(CLASS_PARAMETER)
              ? Class.forName(contentType.substring(CLASS_PARAMETER.length()), false, loader)
              : Object.class;
      return JSON.readValue(array(bytes), type);
    } catch (ClassNotFoundException e) {
      throw new NonRetryableException("a step's result is of a class that is gone", e);
    } catch (IOException e) {
      throw new NonRetryableException("a step's result cannot be read", e);
    }
  }

  /**
   * A value that somebody else wrote, as a class that the agent names.
   *
   * @throws NonRetryableException if it is not one
   */
  static <T extends @Nullable Object> T decodeAs(ByteBuffer bytes, Class<T> type, String what) {
    try {
      return JSON.readValue(array(bytes), type);
    } catch (IOException e) {
      throw new NonRetryableException(
          what + " cannot be read as " + type.getName() + ": " + e.getMessage(), e);
    }
  }

  /** The agent's input as the type that it declares. */
  static @Nullable Object input(Agent<?, ?> agent, ByteBuffer bytes) {
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
