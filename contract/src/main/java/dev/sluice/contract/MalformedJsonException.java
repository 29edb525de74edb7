package dev.sluice.contract;

/** A text is not the JSON that it should be; the message says where and why. */
public final class MalformedJsonException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 20;

  MalformedJsonException(String message) {
    super(message);
  }

  /** What stands at {@code at}, as the end of a message. */
  static String found(byte[] text, int at) {
    if (at >= text.length) {
      return ", but it ends";
    }
    var shown = new StringBuilder(", got ");
    for (int i = at; i < Math.min(text.length, at + SHOWN); i++) {
      int next = text[i];
      shown.append(next > ' ' && next < 0x7f ? (char) next : '.');
    }
    return shown.toString();
  }
}
