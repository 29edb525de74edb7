package dev.sluice.bench.floor;

import dev.sluice.bench.floor.PassThroughStreams.Names;
import dev.sluice.schemas.process.RoleProcess;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A worker without runs. It takes {@code COUNT} and answers, when so many more are claimed, with
 * how many nanoseconds after each was due its claim was committed.
 */
final class ClaimerRole implements RoleProcess.Role {
  private static final long WITHIN_S = 120;

  private final LinkedBlockingQueue<Long> claimed = new LinkedBlockingQueue<>();
  private final Claimer claimer;
  private final Orders orders;
  private final CountDownLatch closed = new CountDownLatch(1);

  ClaimerRole(String bootstrap, Names names) throws InterruptedException {
    claimer = new Claimer(Map.of("bootstrap.servers", bootstrap), names, this::add);
    claimer.awaitPartitions();
    orders = new Orders("claimer", this::take);
  }

  private void add(Iterable<ConsumerRecord<byte[], byte[]>> records) {
    long now = System.nanoTime();
    for (var record : records) {
      claimed.add(now - ByteBuffer.wrap(record.value()).getLong());
    }
  }

  private long[] take(List<String> words) throws Exception {
    var took = new long[Integer.parseInt(words.getFirst())];
    for (int i = 0; i < took.length; i++) {
      var next = claimed.poll(WITHIN_S, TimeUnit.SECONDS);
      if (next == null) {
        throw new TimeoutException("only " + i + " of " + took.length + " were claimed");
      }
      took[i] = next;
    }
    return took;
  }

  @Override
  public String address() {
    return Integer.toString(orders.port());
  }

  @Override
  public void awaitFailure() throws InterruptedException {
    closed.await();
  }

  @Override
  public void close() {
    orders.close();
    claimer.close();
  }
}
