package dev.sluice.schemas.avro;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;

/** Reads primitive values, with the promotions that Avro allows. */
final class Primitives {
  private static final int BOX_BYTES = 16;
  private static final int CACHED = 127;

  private Primitives() {}

  static ValueReader of(Schema.Type written, Schema.Type read) {
    return switch (read) {
      case NULL -> in -> null;
      case BOOLEAN -> AvroBytes::readBoolean;
      case INT -> Primitives::boxedInt;
      case LONG -> in -> boxed(in, longOf(written, in));
      case FLOAT -> in -> boxed(in, (float) doubleOf(written, in));
      case DOUBLE -> in -> boxed(in, doubleOf(written, in));
      case STRING -> AvroBytes::readString;
      case BYTES -> written == Schema.Type.STRING ? Primitives::textAsBytes : AvroBytes::readBytes;
      case RECORD, ENUM, ARRAY, MAP, UNION, FIXED ->
          throw new UnreadableException("no reader for a " + read);
    };
  }

  private static Integer boxedInt(AvroBytes in) {
    int value = in.readInt();
    if (value < -CACHED || value > CACHED) {
      in.allocate(BOX_BYTES);
    }
    return value;
  }

  private static Object boxed(AvroBytes in, Object value) {
    in.allocate(BOX_BYTES);
    return value;
  }

  private static ByteBuffer textAsBytes(AvroBytes in) {
    return ByteBuffer.wrap(in.readString().getBytes(StandardCharsets.UTF_8));
  }

  static long longOf(Schema.Type written, AvroBytes in) {
    return written == Schema.Type.INT ? in.readInt() : in.readLong();
  }

  static double doubleOf(Schema.Type written, AvroBytes in) {
    return switch (written) {
      case INT -> in.readInt();
      case LONG -> in.readLong();
      case FLOAT -> in.readFloat();
      case DOUBLE -> in.readDouble();
      case RECORD, ENUM, ARRAY, MAP, UNION, FIXED, STRING, BYTES, BOOLEAN, NULL ->
          throw new IllegalArgumentException("no number is written as " + written);
    };
  }
}
