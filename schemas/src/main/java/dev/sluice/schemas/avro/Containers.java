package dev.sluice.schemas.avro;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads arrays and maps. */
final class Containers {
  private static final int EMPTY_BYTES = 48;
  private static final int SLOT_BYTES = 4;
  private static final int GROWN_SLOT_BYTES = 20;
  private static final int ENTRY_BYTES = 48;
  private static final int GROWN_ENTRY_BYTES = 64;

  private Containers() {}

  /**
   * A list.
   *
   * @param leastBytes that an element takes
   */
  static ValueReader array(ValueReader element, int leastBytes) {
    return in -> {
      in.allocate(EMPTY_BYTES);
      int count = in.blockCount(leastBytes);
      in.allocate((long) SLOT_BYTES * count);
      List<@Nullable Object> list = new ArrayList<>(count);
      while (count > 0) {
        for (int i = 0; i < count; i++) {
          in.count();
          list.add(element.read(in));
        }
        count = in.blockCount(leastBytes);
        in.allocate((long) GROWN_SLOT_BYTES * count);
      }
      return list;
    };
  }

  /**
   * A map; of a key that comes twice the last value counts.
   *
   * @param leastBytes that an entry takes
   */
  static ValueReader map(ValueReader value, int leastBytes) {
    return in -> {
      in.allocate(EMPTY_BYTES);
      int count = in.blockCount(leastBytes);
      in.allocate((long) ENTRY_BYTES * count);
      Map<String, @Nullable Object> map = HashMap.newHashMap(count);
      while (count > 0) {
        for (int i = 0; i < count; i++) {
          in.count();
          map.put(in.readString(), value.read(in));
        }
        count = in.blockCount(leastBytes);
        in.allocate((long) GROWN_ENTRY_BYTES * count);
      }
      return map;
    };
  }
}
