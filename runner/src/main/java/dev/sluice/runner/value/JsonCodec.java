package dev.sluice.runner.value;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.ClassUtil;
import com.fasterxml.jackson.databind.util.LRUMap;
import dev.sluice.contract.Bounds;
import dev.sluice.contract.Texts;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.NonRetryableException;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON, and arrays of bytes as they are.
 *
 * <p>Builds of the first months wrote the name of a class behind the content type. It is not read.
 */
public final class JsonCodec implements Codec {
  private static final String BYTES_TYPE = "application/octet-stream";
  private static final ByteBuffer NULL =
      ByteBuffer.wrap("null".getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();

  private static final int MOST_VERDICTS = 1_000;
  private static final LRUMap<Type, TypeRules.Verdict> VERDICTS = new LRUMap<>(16, MOST_VERDICTS);

  @Override
  public Optional<String> problem(Type type) {
    return Optional.ofNullable(verdict(type).problem());
  }

  private static TypeRules.Verdict verdict(Type type) {
    var known = VERDICTS.get(type);
    if (known != null) {
      return known;
    }
    var verdict = TypeRules.judge(javaType(type));
    VERDICTS.put(type, verdict);
    return verdict;
  }

  /** A primitive class stands for the objects that a step can return. */
  private static JavaType javaType(Type type) {
    boolean primitive = type instanceof Class<?> one && one.isPrimitive() && one != void.class;
    return Json.OWN.constructType(primitive ? ClassUtil.wrapperType((Class<?>) type) : type);
  }

  @Override
  public Kept keep(@Nullable Object value, Type type, String what) {
    if (type == byte[].class && value instanceof byte[] bytes) {
      checkSize(bytes.length, what);
      var encoded = new ValueCodec.Encoded(ByteBuffer.wrap(bytes.clone()), BYTES_TYPE);
      return new Kept(encoded, bytes.clone());
    }
    var as = javaType(type);
    var bytes = bytes(value, as, what);
    checkSize(bytes.length, what);
    var read = decode(bytes, as, what);
    if (!isSame(value, read, bytes, type, what)) {
      throw new NonRetryableException(
          what
              + " does not come back as it was when it is kept as "
              + name(as)
              + ": name the types of all that is in it");
    }
    return new Kept(new ValueCodec.Encoded(ByteBuffer.wrap(bytes), ValueCodec.JSON_TYPE), read);
  }

  private static void checkSize(int length, String what) {
    if (length > Bounds.VALUE_BYTES) {
      throw new NonRetryableException(
          what + " must be at most " + Bounds.VALUE_BYTES + " bytes, got " + length);
    }
  }

  // Whatever an agent's own classes throw when they are asked for their parts.
  private static byte[] bytes(@Nullable Object value, JavaType type, String what) {
    try {
      return Json.OWN.writerFor(type).writeValueAsBytes(value);
    } catch (JsonProcessingException | RuntimeException e) {
      throw new NonRetryableException(
          what + " cannot be written as " + name(type) + ": " + e.getMessage(), e);
    }
  }

  private static @Nullable Object decode(byte[] bytes, JavaType type, String what) {
    try {
      return Json.OWN.readerFor(type).readValue(bytes);
    } catch (IOException | RuntimeException e) {
      throw new NonRetryableException(
          what + " cannot be read as " + name(type) + ": " + e.getMessage(), e);
    }
  }

  static String name(JavaType type) {
    return type.toCanonical();
  }

  private static boolean isSame(
      @Nullable Object value, @Nullable Object read, byte[] bytes, Type type, String what) {
    if (verdict(type).hasEquals()) {
      return Objects.equals(value, read);
    }
    var as = javaType(type);
    return isOfSameClass(value, read, as)
        && (isWrittenAs(bytes, read, as, what) || Objects.deepEquals(value, read));
  }

  /** What a subclass adds is not written. */
  private static boolean isOfSameClass(
      @Nullable Object value, @Nullable Object read, JavaType type) {
    return type.isContainerType()
        || type.isReferenceType()
        || JsonNode.class.isAssignableFrom(type.getRawClass())
        || (value == null ? read == null : read != null && value.getClass() == read.getClass());
  }

  private static boolean isWrittenAs(
      byte[] bytes, @Nullable Object read, JavaType type, String what) {
    var again = bytes(read, type, what);
    try {
      return Arrays.equals(bytes, again)
          || Json.OWN.readTree(bytes).equals(Json.OWN.readTree(again));
    } catch (IOException e) {
      throw new NonRetryableException(what + " is no JSON: " + e.getMessage(), e);
    }
  }

  @Override
  public @Nullable Object read(
      @Nullable ByteBuffer bytes, String contentType, Type type, String what) {
    if (contentType.equals(BYTES_TYPE)) {
      if (type != byte[].class) {
        throw new NonRetryableException(what + " is kept as bytes");
      }
      return bytes == null ? null : array(bytes);
    }
    if (!contentType.startsWith(ValueCodec.JSON_TYPE)) {
      throw new NonRetryableException(what + " is kept as " + Texts.quoted(contentType));
    }
    return decode(array(bytes == null ? NULL : bytes), javaType(type), what);
  }

  @Override
  public ValueCodec.Encoded encode(@Nullable Object value, String what) {
    return OthersJson.encode(value, what);
  }

  @Override
  public ValueCodec.Encoded encodeAs(@Nullable Object value, Type type, String what) {
    return OthersJson.encodeAs(value, type, what);
  }

  @Override
  public @Nullable Object decodeOwn(ByteBuffer bytes, Type type, String what) {
    return OthersJson.decodeOwn(bytes, type, what);
  }

  @Override
  public @Nullable Object decodeAs(ByteBuffer bytes, Type type, String what) {
    return OthersJson.decodeAs(bytes, type, what);
  }

  @Override
  public @Nullable Object input(Agent<?, ?> agent, ByteBuffer bytes) {
    return OthersJson.input(agent, bytes);
  }

  private static byte[] array(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return copy;
  }
}
