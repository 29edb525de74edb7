package dev.sluice.bench.floor;

import dev.sluice.bench.floor.PassThroughStreams.Names;
import dev.sluice.schemas.process.RoleProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.KafkaStreams;

/** A gate that decides nothing. */
final class StreamsRole implements RoleProcess.Role {
  /** The gate's default. */
  private static final int COMMIT_INTERVAL_MS = 10;

  private final KafkaStreams streams;
  private final CountDownLatch closed = new CountDownLatch(1);

  StreamsRole(String bootstrap, Names names, Path dir) throws InterruptedException {
    streams =
        PassThroughStreams.start(
            Map.of("bootstrap.servers", bootstrap), names, dir, COMMIT_INTERVAL_MS);
  }

  @Override
  public String address() {
    return "running";
  }

  @Override
  public void awaitFailure() throws InterruptedException {
    closed.await();
  }

  @Override
  public void close() {
    streams.close(Duration.ofSeconds(5));
  }
}
