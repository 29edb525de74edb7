package dev.sluice.schemas.avro;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.Resolver;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/** Turns Avro's resolution of a writer's schema against ours into value readers. */
final class Plans {
  private final ClassLoader classes;
  private final LeastBytes leastBytes = new LeastBytes();
  private final Skipper.Maker skippers = new Skipper.Maker(leastBytes);

  Plans(ClassLoader classes) {
    this.classes = classes;
  }

  ValueReader of(Resolver.Action action) {
    return switch (action.type) {
      case DO_NOTHING, PROMOTE -> Primitives.of(action.writer.getType(), action.reader.getType());
      case ENUM -> enumeration((Resolver.EnumAdjust) action);
      case CONTAINER -> container((Resolver.Container) action);
      case RECORD -> record((Resolver.RecordAdjust) action);
      case READER_UNION -> of(((Resolver.ReaderUnion) action).actualAction);
      case WRITER_UNION -> union((Resolver.WriterUnion) action);
      case ERROR, SKIP -> fails(Reasons.shortened(action.toString()));
    };
  }

  /** Only a value of this type fails; one of another branch is read. */
  private static ValueReader fails(String problem) {
    return in -> {
      throw new UnreadableException(problem);
    };
  }

  private ValueReader container(Resolver.Container action) {
    var element = of(action.elementAction);
    return action.writer.getType() == Schema.Type.ARRAY
        ? Containers.array(element, leastBytes.of(action.writer.getElementType()))
        : Containers.map(element, 1 + leastBytes.of(action.writer.getValueType()));
  }

  private ValueReader union(Resolver.WriterUnion action) {
    var branches = new ValueReader[action.actions.length];
    for (int i = 0; i < branches.length; i++) {
      branches[i] = of(action.actions[i]);
    }
    return in -> branches[Unions.branch(in, branches.length)].read(in);
  }

  private ValueReader enumeration(Resolver.EnumAdjust action) {
    var constants = new HashMap<String, Object>();
    for (var constant : type(action.reader).getEnumConstants()) {
      constants.put(((Enum<?>) constant).name(), constant);
    }
    var symbols = new ArrayList<@Nullable Object>();
    for (int ours : action.adjustments) {
      symbols.add(ours < 0 ? null : constants.get(action.reader.getEnumSymbols().get(ours)));
    }
    return in -> {
      int index = Unions.branch(in, symbols.size());
      var symbol = symbols.get(index);
      if (symbol == null) {
        throw new UnreadableException("symbol " + index + " is none of " + action.reader.getName());
      }
      return symbol;
    };
  }

  // --- records

  RecordReader record(Resolver.RecordAdjust action) {
    var type = type(action.reader);
    var slots = new ArrayList<Slot>();
    int next = 0;
    for (var field : action.fieldActions) {
      if (field.type == Resolver.Action.Type.SKIP) {
        slots.add(Slot.skipped(skippers.of(field.writer)));
      } else {
        slots.add(slot(type, action.readerOrder[next++], field));
      }
    }
    for (int i = next; i < action.readerOrder.length; i++) {
      var value = action.defaults[i - action.firstDefault];
      slots.add(Slot.defaulted(action.readerOrder[i].pos(), fresh(value)));
    }
    return new RecordReader(type, action.reader, slots.toArray(Slot[]::new));
  }

  private Slot slot(Class<?> type, Schema.Field field, Resolver.Action action) {
    if (action.type == Resolver.Action.Type.ERROR) {
      throw new UnreadableException(field.name() + ": " + Reasons.shortened(action.toString()));
    }
    return switch (action.reader.getType()) {
      case INT -> Slot.ofInt(type, field.name());
      case LONG -> Slot.ofLong(type, field.name(), action.writer.getType());
      case RECORD, ENUM, ARRAY, MAP, UNION, FIXED, STRING, BYTES, FLOAT, DOUBLE, BOOLEAN, NULL ->
          Slot.read(field.pos(), of(action));
    };
  }

  /** What a record may change must be its own. */
  private static Supplier<@Nullable Object> fresh(@Nullable Object value) {
    return switch (value) {
      case List<?> list -> () -> new ArrayList<>(list);
      case Map<?, ?> map -> () -> new HashMap<>(map);
      case ByteBuffer bytes -> bytes::duplicate;
      case null, default -> () -> value;
    };
  }

  /** Of our own schema, never of a writer's. */
  private Class<?> type(Schema reader) {
    try {
      return Class.forName(SpecificData.getClassName(reader), true, classes);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("no class for our own schema " + reader.getFullName(), e);
    }
  }
}
