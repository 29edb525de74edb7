package dev.sluice.schemas.avro;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the Avro values of one record within its remaining budgets. Checks that the bytes of a
 * value exist before it allocates anything for it.
 */
final class AvroBytes {
  /** Memory that the objects of a record may take per byte, and for any record. */
  static final int MEMORY_PER_BYTE = 8;

  static final int MEMORY_OF_ANY = 40 * 1024;

  /** Values that a record may hold for each of its bytes: some take none, as nulls do. */
  private static final int VALUES_PER_BYTE = 4;

  private static final int VALUES_OF_ANY = 4 * 1024;

  private static final int STRING_BYTES = 40;
  private static final int MAX_INT_BYTES = 5;
  private static final int MAX_LONG_BYTES = 10;

  private final byte[] data;
  private final int end;
  private int at;
  private long memory;
  private long values;

  AvroBytes(byte[] data, int from) {
    this.data = data;
    this.at = from;
    this.end = data.length;
    this.memory = MEMORY_OF_ANY + (long) MEMORY_PER_BYTE * (end - from);
    this.values = VALUES_OF_ANY + (long) VALUES_PER_BYTE * (end - from);
  }

  int remaining() {
    return end - at;
  }

  /** Call this for each value before reading it. */
  void count() {
    if (--values < 0) {
      throw new UnreadableException("more values than " + data.length + " bytes can need");
    }
  }

  /** Call this before allocating {@code bytes}. */
  void allocate(long bytes) {
    memory -= bytes;
    if (memory < 0) {
      throw new UnreadableException(
          "the values of " + data.length + " bytes would take more memory than a record may");
    }
  }

  private byte next() {
    if (at >= end) {
      throw new UnreadableException("the record ends within a value");
    }
    return data[at++];
  }

  private void need(long bytes) {
    if (bytes < 0 || bytes > end - at) {
      throw new UnreadableException(
          "a value of " + bytes + " bytes where " + (end - at) + " are left");
    }
  }

  // --- primitives

  int readInt() {
    long raw = varint(MAX_INT_BYTES);
    long value = (raw >>> 1) ^ -(raw & 1);
    if (value != (int) value) {
      throw new UnreadableException("an int of more than 32 bits");
    }
    return (int) value;
  }

  long readLong() {
    long raw = varint(MAX_LONG_BYTES);
    return (raw >>> 1) ^ -(raw & 1);
  }

  private long varint(int mostBytes) {
    long raw = 0;
    for (int i = 0; i < mostBytes; i++) {
      byte part = next();
      raw |= (long) (part & 0x7f) << (7 * i);
      if (part >= 0) {
        return raw;
      }
    }
    throw new UnreadableException("an integer of more than " + mostBytes + " bytes");
  }

  boolean readBoolean() {
    return next() == 1;
  }

  float readFloat() {
    return Float.intBitsToFloat(Integer.reverseBytes(whole(Float.BYTES).getInt()));
  }

  double readDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(whole(Double.BYTES).getLong()));
  }

  private ByteBuffer whole(int bytes) {
    need(bytes);
    var value = ByteBuffer.wrap(data, at, bytes);
    at += bytes;
    return value;
  }

  void skip(long bytes) {
    need(bytes);
    at += (int) bytes;
  }

  void skipSized() {
    skip(readLong());
  }

  /** The bytes, not copied. */
  ByteBuffer readBytes() {
    long length = readLong();
    need(length);
    allocate(2 * STRING_BYTES);
    return whole((int) length).slice();
  }

  /** Text that is not UTF-8 would come out as another than it went in. */
  String readString() {
    long size = readLong();
    need(size);
    int length = (int) size;
    boolean ascii = isAscii(length);
    // Beyond ASCII the text takes two bytes for each character, and has its copies on the way.
    allocate(STRING_BYTES + (ascii ? 1L : 5L) * length);
    var text = new String(data, at, length, StandardCharsets.UTF_8);
    if (!ascii && text.indexOf('\uFFFD') >= 0) {
      failUnlessUtf8(length);
    }
    at += length;
    return text;
  }

  private boolean isAscii(int length) {
    for (int i = at; i < at + length; i++) {
      if (data[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private void failUnlessUtf8(int length) {
    allocate(2L * length);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data, at, length));
    } catch (CharacterCodingException e) {
      throw new UnreadableException("a string that is not UTF-8", e);
    }
  }

  // --- collections

  /**
   * The number of elements in the next block; 0 ends the collection.
   *
   * @param leastBytes that an element takes
   */
  int blockCount(int leastBytes) {
    long count = readLong();
    if (count < 0) {
      need(readLong());
      count = -count;
    }
    return checked(count, leastBytes);
  }

  /** The same for a collection that nobody wants: a block that tells its size is passed over. */
  int blockCountToSkip(int leastBytes) {
    long count = readLong();
    while (count < 0) {
      skip(readLong());
      count = readLong();
    }
    return checked(count, leastBytes);
  }

  private int checked(long count, int leastBytes) {
    long most = leastBytes == 0 ? values : remaining() / leastBytes;
    if (count < 0 || count > most) {
      throw new UnreadableException(
          "a collection of " + count + " elements where " + remaining() + " bytes are left");
    }
    return (int) count;
  }
}
