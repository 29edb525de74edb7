package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Notes how long each of its runs took from its submission to the agent's first line. */
final class StampAgent implements Agent<Object, @Nullable Object> {
  private final String name;
  private final CountDownLatch end;
  private final LinkedBlockingQueue<Long> latenciesMs = new LinkedBlockingQueue<>();

  private StampAgent(String name, int waitFor) {
    this.name = name;
    this.end = new CountDownLatch(waitFor);
  }

  /** One whose runs end at once. */
  static StampAgent brief(String name) {
    return new StampAgent(name, 0);
  }

  /** One whose runs write nothing to their journals before {@link #release}. */
  static StampAgent endless(String name) {
    return new StampAgent(name, 1);
  }

  void release() {
    end.countDown();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public @Nullable Object run(RunContext run, Object submittedNanos) throws InterruptedException {
    long nanos = System.nanoTime() - ((Number) submittedNanos).longValue();
    latenciesMs.add(TimeUnit.NANOSECONDS.toMillis(nanos));
    end.await();
    return null;
  }

  void submit(TestCluster cluster, String tenant, String run) {
    cluster.submit(tenant, run, name, Long.toString(System.nanoTime()));
  }

  /** Waits until {@code count} more runs have started, and gives their latencies. */
  List<Long> awaitStarts(int count) throws InterruptedException {
    var latencies = new ArrayList<Long>(count);
    for (int i = 0; i < count; i++) {
      var one = latenciesMs.poll(TestCluster.BOUND.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(one).as("start %s of %s of agent %s", i + 1, count, name).isNotNull();
      latencies.add(one);
    }
    return latencies;
  }
}
