package dev.sluice.local;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A protobuf message without its schema: fields by number, as Protocol Buffers encode them. */
final class ProtoMessage {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED_32 = 5;
  private static final int TYPE_BITS = 3;
  private static final int BITS = 7;

  private final Map<Integer, List<Object>> fields = new HashMap<>();

  ProtoMessage(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      long tag = varint(in);
      fields
          .computeIfAbsent((int) (tag >> TYPE_BITS), number -> new ArrayList<>())
          .add(value(in, (int) tag & ((1 << TYPE_BITS) - 1)));
    }
  }

  private static Object value(ByteBuffer in, int type) {
    return switch (type) {
      case VARINT -> varint(in);
      case FIXED_64 -> in.getLong();
      case FIXED_32 -> (long) in.getInt();
      case LENGTH -> {
        byte[] bytes = new byte[(int) varint(in)];
        in.get(bytes);
        yield bytes;
      }
      default -> throw new IllegalArgumentException("wire type " + type);
    };
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += BITS) {
      long next = in.get();
      value |= (next & Byte.MAX_VALUE) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private List<Object> all(int number) {
    return fields.getOrDefault(number, List.of());
  }

  List<ProtoMessage> messages(int number) {
    return all(number).stream().map(value -> new ProtoMessage((byte[]) value)).toList();
  }

  String hex(int number) {
    return all(number).isEmpty() ? "" : HexFormat.of().formatHex((byte[]) all(number).getLast());
  }

  String text(int number) {
    return all(number).isEmpty()
        ? ""
        : new String((byte[]) all(number).getLast(), StandardCharsets.UTF_8);
  }

  long whole(int number) {
    return all(number).isEmpty() ? 0 : (long) all(number).getLast();
  }

  boolean has(int number) {
    return fields.containsKey(number);
  }
}
