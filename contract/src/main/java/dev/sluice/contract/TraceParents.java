package dev.sluice.contract;

import org.jspecify.annotations.Nullable;

/** {@code traceparent} of W3C Trace Context: the span of whoever asked for something. */
public final class TraceParents {
  /** The name of the header, of a request and of a record. */
  public static final String HEADER = "traceparent";

  private static final int CHARS = 55;
  private static final int TRACE_AT = 3;
  private static final int SPAN_AT = 36;
  private static final int FLAGS_AT = 53;

  private TraceParents() {}

  /** The same text, or null if it names no span: then it is as if there were none. */
  public static @Nullable String valid(@Nullable String text) {
    return text != null && isValid(text) ? text : null;
  }

  private static boolean isValid(String text) {
    return text.length() == CHARS
        && isHex(text, 0, TRACE_AT - 1)
        && !text.startsWith("ff")
        && names(text, TRACE_AT, SPAN_AT - 1)
        && names(text, SPAN_AT, FLAGS_AT - 1)
        && isHex(text, FLAGS_AT, CHARS)
        && text.charAt(TRACE_AT - 1) == '-'
        && text.charAt(SPAN_AT - 1) == '-'
        && text.charAt(FLAGS_AT - 1) == '-';
  }

  /** An id of zeros alone is none. */
  private static boolean names(String text, int from, int to) {
    return isHex(text, from, to) && text.substring(from, to).chars().anyMatch(c -> c != '0');
  }

  private static boolean isHex(String text, int from, int to) {
    return text.substring(from, to)
        .chars()
        .allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }
}
