package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.config.HttpConfig;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** What the stores of a catalog take beside its heap does not grow with their number. */
final class SharedRocksDbTest {
  private static final int STORES = 40;
  private static final int ROWS = 3_000;
  private static final int ROUNDS = 60;
  private static final int ROW_BYTES = 1_000;
  private static final long MOST_BYTES = 80L << 20;
  private static final Duration WITHIN = Duration.ofMinutes(5); // a disk that others use

  @TempDir private Path dir;

  @Test
  void boundsWhatManyStoresTakeTogether() throws Exception {
    var stores = new ArrayList<RocksDB>();
    for (int number = 0; number < STORES; number++) {
      stores.add(open("store-" + number));
    }
    try {
      for (int round = 0; round < ROUNDS; round++) {
        for (var store : stores) {
          fill(store, round);
        }
      }
      // What is on its way to disk is over soon.
      Awaitility.await().atMost(WITHIN).until(() -> written(stores) < MOST_BYTES / 2);
      for (var store : stores) {
        readAll(store);
      }
      long cached = stores.getFirst().getLongProperty("rocksdb.block-cache-usage");

      assertThat(cached).isBetween(1L << 20, MOST_BYTES);
    } finally {
      stores.forEach(RocksDB::close);
    }
  }

  private RocksDB open(String name) throws Exception {
    var config =
        new CatalogConfig(
            Map.of("bootstrap.servers", "none:1"),
            Map.of(),
            "",
            "0",
            dir.resolve("state"),
            Duration.ofDays(1),
            Duration.ofDays(1),
            "",
            HttpConfig.loopback("catalog", 0));
    var options = new Options().setCreateIfMissing(true);
    options.setTableFormatConfig(new BlockBasedTableConfig());
    options.setWriteBufferSize(16L << 20); // Kafka Streams' own
    options.setMaxWriteBufferNumber(3);
    var named =
        CatalogServer.streamsConfig(config).get(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG);
    if (named instanceof Class<?> setter) {
      ((RocksDBConfigSetter) setter.getDeclaredConstructor().newInstance())
          .setConfig(name, options, Map.of());
    }
    return RocksDB.open(options, Files.createDirectories(dir.resolve(name)).toString());
  }

  private static long written(Iterable<RocksDB> stores) throws RocksDBException {
    long bytes = 0;
    for (var store : stores) {
      bytes += store.getLongProperty("rocksdb.cur-size-all-mem-tables");
    }
    return bytes;
  }

  private static void fill(RocksDB store, int round) throws RocksDBException {
    var random = new SplittableRandom(round);
    var row = new byte[ROW_BYTES];
    int each = ROWS / ROUNDS;
    for (int i = round * each; i < (round + 1) * each; i++) {
      random.nextBytes(row);
      store.put(ByteBuffer.allocate(4).putInt(i).array(), row);
    }
  }

  private static void readAll(RocksDB store) throws RocksDBException {
    for (int i = 0; i < ROWS; i++) {
      assertThat(store.get(ByteBuffer.allocate(4).putInt(i).array())).hasSize(ROW_BYTES);
    }
  }
}
