package dev.sluice.runner.value;

import dev.sluice.sdk.Agent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns an agent's values into bytes and back. What is read has the type that the code gives;
 * nothing in the bytes or beside them chooses a class.
 */
public interface Codec {
  /**
   * A value as a journal keeps it.
   *
   * @param value what is read from its bytes, and whoever wrote it goes on with
   */
  record Kept(ValueCodec.Encoded encoded, @Nullable Object value) {}

  /** Why no value of a type can be relied on to come back; empty if the type does not tell. */
  Optional<String> problem(Type type);

  /**
   * Writes a value and reads it again.
   *
   * @param what names it, for people
   * @throws dev.sluice.sdk.NonRetryableException if it does not come back as it was
   */
  Kept keep(@Nullable Object value, Type type, String what);

  /**
   * Reads what {@link #keep} wrote, in this build or an earlier one.
   *
   * @throws dev.sluice.sdk.NonRetryableException if that is no value of the type
   */
  @Nullable Object read(@Nullable ByteBuffer bytes, String contentType, Type type, String what);

  // --- what is read by others, or was written by them: without the comparison above

  /**
   * Writes a value of no declared type.
   *
   * @throws dev.sluice.sdk.NonRetryableException if it cannot be written, or is too large
   */
  ValueCodec.Encoded encode(@Nullable Object value, String what);

  /**
   * Writes what another agent reads, whose reference says that it is of this type.
   *
   * @throws dev.sluice.sdk.NonRetryableException if it cannot be written, or is too large
   */
  ValueCodec.Encoded encodeAs(@Nullable Object value, Type type, String what);

  /**
   * Reads what this agent wrote; parts that its type no longer has are left out.
   *
   * @throws dev.sluice.sdk.NonRetryableException if that is no value of the type
   */
  @Nullable Object decodeOwn(ByteBuffer bytes, Type type, String what);

  /**
   * Reads what somebody else wrote.
   *
   * @throws dev.sluice.sdk.NonRetryableException if that is no value of the type
   */
  @Nullable Object decodeAs(ByteBuffer bytes, Type type, String what);

  /**
   * Reads an agent's input as the type that it declares.
   *
   * @throws dev.sluice.sdk.NonRetryableException if that is no value of the type
   */
  @Nullable Object input(Agent<?, ?> agent, ByteBuffer bytes);
}
