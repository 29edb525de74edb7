package dev.sluice.schemas.wire;

import dev.sluice.contract.Failures;
import dev.sluice.schemas.avro.Reasons;
import dev.sluice.schemas.avro.UnreadableException;

/**
 * Treats every failure while reading bytes as a fault of the bytes, except for the JVM's own death.
 */
public final class Contained {
  private Contained() {}

  public interface Reading<T> {
    T now();
  }

  /**
   * Reads, and turns whatever fails into one exception.
   *
   * @throws SerdeException for every failure
   */
  public static <T> T read(String what, Reading<T> reading) {
    try {
      return reading.now();
    } catch (SerdeException e) {
      throw e;
    } catch (UnreadableException e) {
      throw malformed(what + ": " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw malformed(what + ": it goes deeper than the stack", e);
    } catch (Throwable e) {
      if (Failures.isFatal(e)) {
        throw e;
      }
      throw malformed(what + ": " + Reasons.of(e), e);
    }
  }

  private static SerdeException malformed(String message, Throwable cause) {
    return new SerdeException(SerdeException.Kind.MALFORMED, Reasons.shortened(message), cause);
  }
}
