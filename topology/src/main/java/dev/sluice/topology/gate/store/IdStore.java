package dev.sluice.topology.gate.store;

import dev.sluice.schemas.process.QuietLog;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * An {@link IdTable} as Kafka Streams wants its stores: 16 bytes of hash to 12 of mark and minute,
 * and 8 of a body's hash where there is one. It calls itself not persistent, so each start and each
 * abort reads the changelog again: what an aborted transaction wrote must not stand in the file.
 */
final class IdStore implements KeyValueStore<Bytes, byte[]> {
  private static final QuietLog LOG = QuietLog.of(IdStore.class);
  private static final int KEY_BYTES = 2 * Long.BYTES;
  private static final int PLAIN_BYTES = Long.BYTES + Integer.BYTES;
  private static final int VALUE_BYTES = PLAIN_BYTES + Long.BYTES;

  private final String name;
  private final int keepMinutes;
  private final Position position = Position.emptyPosition();
  private @Nullable IdTable table;

  IdStore(String name, int keepMinutes) {
    this.name = name;
    this.keepMinutes = keepMinutes;
  }

  static byte[] bytes(IdTable.Entry entry) {
    boolean isPlain = entry.bodyHash() == 0;
    var value = ByteBuffer.allocate(isPlain ? PLAIN_BYTES : VALUE_BYTES);
    value.putLong(entry.mark()).putInt(entry.minute());
    return isPlain ? value.array() : value.putLong(entry.bodyHash()).array();
  }

  static IdTable.Entry entry(byte[] bytes) {
    var value = ByteBuffer.wrap(bytes);
    long mark = value.getLong();
    int minute = value.getInt();
    return new IdTable.Entry(mark, value.hasRemaining() ? value.getLong() : 0, minute);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    open(context.stateDir().toPath());
    context.register(root, this::restore);
  }

  void open(Path directory) {
    table = new IdTable(directory, keepMinutes);
  }

  /** Skips broken entries: such an id may be taken again, all others are known. */
  void restore(byte[] key, byte @Nullable [] value) {
    if (key.length != KEY_BYTES || !isEntry(value)) {
      LOG.error("An entry of the recent ids cannot be restored; its id may be taken again");
      return;
    }
    write(Bytes.wrap(key), value);
  }

  private static boolean isEntry(byte @Nullable [] value) {
    return value == null || value.length == PLAIN_BYTES || value.length == VALUE_BYTES;
  }

  private IdTable table() {
    if (table == null) {
      throw new InvalidStateStoreException(name + " is not open");
    }
    return table;
  }

  private void write(Bytes key, byte @Nullable [] value) {
    var hash = ByteBuffer.wrap(key.get());
    if (value == null) {
      table().remove(hash.getLong(), hash.getLong());
    } else {
      table().put(hash.getLong(), hash.getLong(), entry(value));
    }
  }

  @Override
  public void put(Bytes key, byte @Nullable [] value) {
    write(key, value);
  }

  @Override
  public byte @Nullable [] putIfAbsent(Bytes key, byte @Nullable [] value) {
    byte[] known = get(key);
    if (known == null) {
      write(key, value);
    }
    return known;
  }

  @Override
  public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
    entries.forEach(entry -> write(entry.key, entry.value));
  }

  @Override
  public byte @Nullable [] delete(Bytes key) {
    byte[] known = get(key);
    write(key, null);
    return known;
  }

  @Override
  public byte @Nullable [] get(Bytes key) {
    var hash = ByteBuffer.wrap(key.get());
    var entry = table().find(hash.getLong(), hash.getLong());
    return entry == null ? null : bytes(entry);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    throw new UnsupportedOperationException("hashes have no order");
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    throw new UnsupportedOperationException("hashes have no order");
  }

  @Override
  public long approximateNumEntries() {
    return table().size();
  }

  @Override
  public void close() {
    if (table != null) {
      table.close();
      table = null;
    }
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return table != null;
  }

  @Override
  public Position getPosition() {
    return position;
  }
}
