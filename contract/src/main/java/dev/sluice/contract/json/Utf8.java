package dev.sluice.contract.json;

/** Characters beyond ASCII, strictly: no overlong forms, no surrogates, nothing beyond Unicode. */
final class Utf8 {
  private Utf8() {}

  /** How many bytes the character at {@code at} has; 0 if they are none. */
  static int length(byte[] data, int at, int end) {
    int lead = data[at] & 0xff;
    int bytes = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (bytes == 0 || bytes > end - at || !isSecond(lead, data[at + 1] & 0xff)) {
      return 0;
    }
    for (int i = 2; i < bytes; i++) {
      if ((data[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return bytes;
  }

  private static boolean isSecond(int lead, int second) {
    int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    return second >= least && second <= most;
  }

  static int point(byte[] data, int at, int bytes) {
    int point = data[at] & (0x7f >> bytes);
    for (int i = 1; i < bytes; i++) {
      point = (point << 6) | (data[at + i] & 0x3f);
    }
    return point;
  }

  /** Writes a character; gives the place behind it. */
  static int write(int point, byte[] to, int at) {
    if (point < 0x80) {
      to[at] = (byte) point;
      return at + 1;
    }
    int bytes = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    to[at] = (byte) ((0xf00 >> bytes) | (point >> (6 * (bytes - 1))));
    for (int i = 1; i < bytes; i++) {
      to[at + i] = (byte) (0x80 | ((point >> (6 * (bytes - 1 - i))) & 0x3f));
    }
    return at + bytes;
  }
}
