package dev.sluice.client;

/** How many items a page of a list may have. */
final class PageSizes {
  private static final int MOST = 1_000;

  private PageSizes() {}

  static void require(int size) {
    if (size < 1 || size > MOST) {
      throw new IllegalArgumentException("a page must have 1 to " + MOST + " items, got " + size);
    }
  }
}
