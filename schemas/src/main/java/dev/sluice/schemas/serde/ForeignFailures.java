package dev.sluice.schemas.serde;

import dev.sluice.schemas.avro.Reasons;
import dev.sluice.schemas.wire.SerdeException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Classifies failures of a foreign serde. Its classes are not on our class path, so a registry's
 * refusal is recognised by its class name.
 */
final class ForeignFailures {
  private static final String REFUSAL = "RestClientException";
  private static final int MAX_CAUSES = 20;
  private static final int SERVER_ERROR = 500;
  private static final int NOT_FOUND = 404;

  /** The registry would not answer us, whatever the record. */
  private static final Set<Integer> NOT_ANSWERED = Set.of(401, 403, 407, 408, 429);

  private ForeignFailures() {}

  static SerdeException translate(RuntimeException failure) {
    if (failure instanceof SerdeException ours) {
      return ours;
    }
    var message = new StringBuilder(String.valueOf(failure.getMessage()));
    var kind = SerdeException.Kind.MALFORMED;
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      if (depth > 0) {
        message.append(": ").append(cause);
      }
      if (isUnreachable(cause)) {
        kind = SerdeException.Kind.REGISTRY_DOWN;
      } else if (cause.getClass().getSimpleName().equals(REFUSAL)) {
        kind = kindOf(status(cause));
      }
      cause = cause.getCause();
    }
    return new SerdeException(kind, Reasons.shortened(message.toString()), failure);
  }

  private static boolean isUnreachable(Throwable cause) {
    return cause instanceof RetriableException
        || cause instanceof SocketException
        || cause instanceof UnknownHostException
        || cause instanceof InterruptedIOException
        || cause instanceof HttpTimeoutException
        || cause instanceof SSLException;
  }

  private static SerdeException.Kind kindOf(int status) {
    if (status >= SERVER_ERROR || NOT_ANSWERED.contains(status)) {
      return SerdeException.Kind.REGISTRY_DOWN;
    }
    return status == NOT_FOUND ? SerdeException.Kind.UNKNOWN_ID : SerdeException.Kind.INCOMPATIBLE;
  }

  private static int status(Throwable refusal) {
    try {
      return refusal.getClass().getMethod("getStatus").invoke(refusal) instanceof Integer status
          ? status
          : SERVER_ERROR;
    } catch (ReflectiveOperationException e) {
      return SERVER_ERROR;
    }
  }
}
