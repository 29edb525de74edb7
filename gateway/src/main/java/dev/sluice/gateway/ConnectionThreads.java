package dev.sluice.gateway;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Serves the first connections by platform threads, which a request and its acknowledgement wake at
 * once; a virtual thread has to be woken by its carrier first, for a third of a millisecond at 100
 * requests per second (decision 0014). Connections beyond are served by virtual threads, so that
 * there may be thousands.
 */
final class ConnectionThreads implements ServerConnectionSelector, AutoCloseable {
  private final ServerConnectionSelector http1 =
      Http1ConnectionSelector.builder().config(Http1Config.create()).build();
  private final Semaphore free;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("http-", 1).daemon().factory());

  /**
   * @param most platform threads at once
   */
  ConnectionThreads(int most) {
    free = new Semaphore(most);
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new HandedOver(http1.connection(context));
  }

  private final class HandedOver implements ServerConnection {
    private final ServerConnection connection;

    private HandedOver(ServerConnection connection) {
      this.connection = connection;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
      if (!free.tryAcquire()) {
        connection.handle(limit);
        return;
      }
      try {
        onPlatformThread(limit);
      } finally {
        free.release();
      }
    }

    /** The server's virtual thread waits, and ends the connection as if it had served it. */
    private void onPlatformThread(Limit limit) throws InterruptedException {
      var served =
          threads.submit(
              () -> {
                connection.handle(limit);
                return true;
              });
      try {
        served.get();
      } catch (InterruptedException e) {
        served.cancel(true);
        throw e;
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException failure -> throw failure;
          case Error failure -> throw failure;
          case InterruptedException failure -> throw failure;
          case null, default -> throw new IllegalStateException("a connection failed", e);
        }
      }
    }

    @Override
    public Duration idleTime() {
      return connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      connection.close(interrupt);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
