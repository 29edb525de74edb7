package dev.sluice.runner.value;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.NonRetryableException;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Inputs, outputs, signals and checkpoints as JSON, for agents that bring no JSON library of their
 * own; those of others go through the {@link Codec} of their class loader.
 */
public final class ValueCodec {
  public static final String JSON_TYPE = "application/json";

  /** A value and what is needed to read it again. */
  public record Encoded(ByteBuffer bytes, String contentType) {}

  private ValueCodec() {}

  /** Of what is read again as a class that its reader names. */
  public static Encoded encode(@Nullable Object value, String what) {
    return OthersJson.encode(value, what);
  }

  /** A value that this agent wrote. */
  public static @Nullable Object decodeOwn(ByteBuffer bytes, Type type, String what) {
    return OthersJson.decodeOwn(bytes, type, what);
  }

  /**
   * A value that somebody else wrote, as a class that the agent names.
   *
   * @throws NonRetryableException if it is not one
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // what is read has the class that it is read as
  public static <T extends @Nullable Object> T decodeAs(
      ByteBuffer bytes, Class<T> type, String what) {
    return (T) OthersJson.decodeAs(bytes, type, what);
  }

  /**
   * The same for a type with parameters.
   *
   * @throws NonRetryableException if it is not one
   */
  public static @Nullable Object decodeAs(ByteBuffer bytes, Type type, String what) {
    return OthersJson.decodeAs(bytes, type, what);
  }

  /** The agent's input as the type that it declares. */
  public static @Nullable Object input(Agent<?, ?> agent, ByteBuffer bytes) {
    return OthersJson.input(agent, bytes);
  }
}
