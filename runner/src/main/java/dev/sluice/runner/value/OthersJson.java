package dev.sluice.runner.value;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.sluice.contract.Bounds;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.NonRetryableException;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Inputs, outputs, signals and checkpoints as JSON; steps' results are stricter. */
final class OthersJson {
  private static final ObjectReader OWN =
      Json.OTHERS.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private OthersJson() {}

  /** Of what is read again as a class that its reader names. */
  static ValueCodec.Encoded encode(@Nullable Object value, String what) {
    return new ValueCodec.Encoded(
        ByteBuffer.wrap(bytes(value, Json.OTHERS.writer(), what)), ValueCodec.JSON_TYPE);
  }

  /** Of what another agent reads, whose reference says that it is of this type. */
  static ValueCodec.Encoded encodeAs(@Nullable Object value, Type type, String what) {
    return new ValueCodec.Encoded(
        ByteBuffer.wrap(bytes(value, writer(type), what)), ValueCodec.JSON_TYPE);
  }

  private static ObjectWriter writer(Type type) {
    return Json.OTHERS.writerFor(Json.OTHERS.constructType(type));
  }

  private static byte[] bytes(@Nullable Object value, ObjectWriter writer, String what) {
    byte[] bytes;
    try {
      bytes = writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new NonRetryableException(what + " cannot be written as JSON", e);
    }
    if (bytes.length > Bounds.VALUE_BYTES) {
      throw new NonRetryableException(
          what + " must be at most " + Bounds.VALUE_BYTES + " bytes as JSON, got " + bytes.length);
    }
    return bytes;
  }

  /**
   * A value that this agent wrote. What its type says beside its components (a record with a method
   * {@code isLow()}) was written, too, and is left out.
   */
  static @Nullable Object decodeOwn(ByteBuffer bytes, Type type, String what) {
    try {
      return OWN.forType(Json.OTHERS.constructType(type)).readValue(array(bytes));
    } catch (IOException e) {
      throw unreadable(what, type, e);
    }
  }

  private static NonRetryableException unreadable(String what, Type type, IOException cause) {
    return new NonRetryableException(
        what + " cannot be read as " + type.getTypeName() + ": " + cause.getMessage(), cause);
  }

  /**
   * A value that somebody else wrote, as a type that the agent names.
   *
   * @throws NonRetryableException if it is not one
   */
  static @Nullable Object decodeAs(ByteBuffer bytes, Type type, String what) {
    try {
      return Json.OTHERS.readValue(array(bytes), Json.OTHERS.constructType(type));
    } catch (IOException e) {
      throw unreadable(what, type, e);
    }
  }

  /** The agent's input as the type that it declares. */
  static @Nullable Object input(Agent<?, ?> agent, ByteBuffer bytes) {
    if (!bytes.hasRemaining()) {
      return null;
    }
    var declared = Json.OTHERS.constructType(agent.getClass()).findTypeParameters(Agent.class);
    JavaType type = declared.length == 2 ? declared[0] : Json.OTHERS.constructType(Object.class);
    try {
      return Json.OTHERS.readValue(array(bytes), type);
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
