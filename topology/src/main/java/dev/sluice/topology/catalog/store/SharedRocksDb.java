package dev.sluice.topology.catalog.store;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds the memory of all stores of a process: they share one block cache, which also holds
 * indexes, filters and data not yet written to disk. Kafka Streams' own defaults are 98 MB per
 * store. A store that is no longer written to may keep a write buffer of its own beyond that.
 */
public final class SharedRocksDb implements RocksDBConfigSetter {
  private static final long CACHE_BYTES = 64L << 20;
  private static final long WRITE_BUFFERS_BYTES = 24L << 20;
  private static final long WRITE_BUFFER_BYTES = 2L << 20;
  private static final long ARENA_BLOCK_BYTES = 64L << 10;
  private static final int MAX_OPEN_FILES = 64;
  private static final long LOG_BYTES = 256L << 10;

  private static final Cache CACHE;
  private static final WriteBufferManager WRITE_BUFFERS;

  static {
    RocksDB.loadLibrary();
    CACHE = new LRUCache(CACHE_BYTES, -1, false, 0.1);
    WRITE_BUFFERS = new WriteBufferManager(WRITE_BUFFERS_BYTES, CACHE);
  }

  @Override
  public void setConfig(String store, Options options, Map<String, Object> settings) {
    var table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(CACHE);
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(WRITE_BUFFERS);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(2);
    options.setArenaBlockSize(ARENA_BLOCK_BYTES);
    options.setMaxOpenFiles(MAX_OPEN_FILES);
    options.setStatsDumpPeriodSec(0);
    options.setInfoLogLevel(InfoLogLevel.WARN_LEVEL);
    options.setMaxLogFileSize(LOG_BYTES);
    options.setKeepLogFileNum(1);
  }

  /** What the stores share lives as long as the process. */
  @Override
  public void close(String store, Options options) {}
}
