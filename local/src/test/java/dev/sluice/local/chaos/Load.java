package dev.sluice.local.chaos;

import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.local.stack.LocalStack;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A caller for each tenant, until it is stopped. */
final class Load implements AutoCloseable {
  private static final int PAUSE_MS = 700;

  private final Producer<byte[], byte[]> producer;
  private final CountDownLatch over = new CountDownLatch(1);
  private final List<FutureTask<Integer>> callers;

  Load(long seed, LocalStack stack, List<String> tenants, Ledger ledger) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    var client = new GatewayJson(URI.create(stack.gatewayUrl()));
    var random = new SplittableRandom(seed);
    callers =
        tenants.stream()
            .map(tenant -> start(new Caller(tenant, random.split(), client, producer, ledger)))
            .toList();
  }

  private FutureTask<Integer> start(Caller caller) {
    var task =
        new FutureTask<>(
            () -> {
              int turns = 0;
              for (; !over.await(PAUSE_MS, TimeUnit.MILLISECONDS); turns++) {
                caller.turn(() -> over.getCount() == 0);
              }
              return turns;
            });
    Thread.ofPlatform().start(task);
    return task;
  }

  /** Ends it; says how many turns there were. */
  int stop() throws Exception {
    over.countDown();
    int turns = 0;
    for (var caller : callers) {
      turns += caller.get();
    }
    return turns;
  }

  @Override
  public void close() {
    over.countDown();
    producer.close();
  }
}
