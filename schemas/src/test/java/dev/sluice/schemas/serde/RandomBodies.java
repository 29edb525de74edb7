package dev.sluice.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Bodies of records: sound ones of any schema, and what can be done to them. */
final class RandomBodies {
  private static final long[] NASTY = {
    Integer.MAX_VALUE - 8L,
    Integer.MAX_VALUE,
    Integer.MAX_VALUE + 1L,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Integer.MIN_VALUE,
    -1,
    -(1L << 62),
    1 << 20,
    1 << 16
  };
  private static final int MAX_DEPTH = 12;
  private static final int MAX_VALUES = 4_000;
  private static final byte[][] TEXTS = texts();

  private final SplittableRandom random;
  private int left;

  RandomBodies(SplittableRandom random) {
    this.random = random;
  }

  /** A value of this schema in Avro binary; null if it would have too many parts. */
  byte @Nullable [] sound(Schema schema) {
    var out = new ByteArrayOutputStream();
    left = MAX_VALUES;
    write(schema, out, 0);
    return left < 0 ? null : out.toByteArray();
  }

  private void write(Schema schema, ByteArrayOutputStream out, int depth) {
    if (--left < 0) {
      return;
    }
    switch (schema.getType()) {
      case NULL -> {}
      case BOOLEAN -> out.write(random.nextInt(2));
      case INT -> writeLong(out, random.nextInt() >> random.nextInt(32));
      case LONG -> writeLong(out, random.nextLong() >> random.nextInt(64));
      case FLOAT -> out.writeBytes(bytes(Float.BYTES));
      case DOUBLE -> out.writeBytes(bytes(Double.BYTES));
      case STRING -> writeSized(out, text());
      case BYTES -> writeSized(out, text()); // may be read as text
      case FIXED -> out.writeBytes(bytes(schema.getFixedSize()));
      case ENUM -> writeLong(out, random.nextInt(schema.getEnumSymbols().size()));
      case ARRAY -> writeBlocks(out, depth, () -> write(schema.getElementType(), out, depth + 1));
      case MAP ->
          writeBlocks(
              out,
              depth,
              () -> {
                writeSized(out, text());
                write(schema.getValueType(), out, depth + 1);
              });
      case UNION -> {
        int branch = branch(schema, depth);
        writeLong(out, branch);
        write(schema.getTypes().get(branch), out, depth + 1);
      }
      case RECORD -> schema.getFields().forEach(field -> write(field.schema(), out, depth + 1));
    }
  }

  private void writeBlocks(ByteArrayOutputStream out, int depth, Runnable element) {
    for (int blocks = random.nextInt(10) == 0 ? 2 : 1; blocks > 0; blocks--) {
      int count = elements(depth);
      if (count > 0) {
        writeLong(out, count);
        for (int i = 0; i < count; i++) {
          element.run();
        }
      }
    }
    writeLong(out, 0);
  }

  private static void writeSized(ByteArrayOutputStream out, byte[] bytes) {
    writeLong(out, bytes.length);
    out.writeBytes(bytes);
  }

  private int elements(int depth) {
    if (depth > MAX_DEPTH) {
      return 0;
    }
    return random.nextInt(50) == 0 ? random.nextInt(300) : random.nextInt(4);
  }

  private int branch(Schema union, int depth) {
    boolean mayEnd = union.getTypes().get(0).getType() == Schema.Type.NULL;
    return depth > MAX_DEPTH && mayEnd ? 0 : random.nextInt(union.getTypes().size());
  }

  private static byte[][] texts() {
    var random = new SplittableRandom(1);
    var texts = new byte[256][];
    for (int i = 0; i < texts.length; i++) {
      var alphabet = i % 8 == 0 ? "aé€😀\u0000�" : "abcdefgh-._";
      int[] points = alphabet.codePoints().toArray();
      var text = new StringBuilder();
      for (int n = random.nextInt(i % 20 == 0 ? 400 : 12); n > 0; n--) {
        text.appendCodePoint(points[random.nextInt(points.length)]);
      }
      texts[i] = text.toString().getBytes(StandardCharsets.UTF_8);
    }
    return texts;
  }

  private byte[] text() {
    return TEXTS[random.nextInt(TEXTS.length)];
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A body with some of its bytes changed, left out, repeated or put in. */
  byte[] damaged(byte[] body) {
    var out = new ByteArrayOutputStream();
    int faults = 1 + random.nextInt(3);
    int at = 0;
    for (int i = 0; i < faults && at <= body.length; i++) {
      int next = at + random.nextInt(body.length - at + 1);
      out.write(body, at, next - at);
      at = next + fault(out, body, next);
    }
    if (at < body.length && random.nextInt(8) > 0) {
      out.write(body, at, body.length - at);
    }
    return out.toByteArray();
  }

  /** How many bytes of the body it stands for. */
  private int fault(ByteArrayOutputStream out, byte[] body, int at) {
    switch (random.nextInt(5)) {
      case 0 -> out.write(random.nextInt());
      case 1 -> writeLong(out, NASTY[random.nextInt(NASTY.length)]);
      case 2 -> writeLong(out, random.nextLong() >> random.nextInt(64));
      case 3 -> out.writeBytes(bytes(random.nextInt(6)));
      default -> {
        int length = Math.min(random.nextInt(64), body.length - at);
        for (int i = random.nextInt(40); i > 0; i--) {
          out.write(body, at, length);
        }
      }
    }
    return random.nextInt(3);
  }

  byte[] noise() {
    return bytes(random.nextInt(random.nextInt(10) == 0 ? 2_000 : 40));
  }

  static void writeLong(ByteArrayOutputStream out, long value) {
    long raw = (value << 1) ^ (value >> 63);
    while ((raw & ~0x7fL) != 0) {
      out.write((int) ((raw & 0x7f) | 0x80));
      raw >>>= 7;
    }
    out.write((int) raw);
  }
}
