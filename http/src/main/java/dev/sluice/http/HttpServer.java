package dev.sluice.http;

import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.config.HttpLimits;
import dev.sluice.http.route.Guard;
import dev.sluice.http.route.Route;
import dev.sluice.http.route.Routes;
import dev.sluice.http.wire.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves HTTP/1.1, and HTTP/1.0 to old clients, to callers who may be hostile. Nothing that they
 * send causes a status of 500 or above, except 503, and {@link HttpLimits} bounds what they can
 * make this process hold.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int BACKLOG = 1_024;

  /** Such a thread is woken immediately by a request; see decision 0014. */
  private static final int PLATFORM_THREADS = 128;

  private static final Duration SWEEP_EVERY = Duration.ofMillis(100);
  private static final Duration POLL = Duration.ofMillis(1);
  private static final int POLLS = 200;
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Connections connections = new Connections();
  private final CountDownLatch failed = new CountDownLatch(1);
  private final Semaphore platform = new Semaphore(PLATFORM_THREADS);
  private final ExecutorService threads;
  private final ServerSocket socket;
  private final Service service;
  private final Duration grace;
  private volatile boolean stopping;

  private HttpServer(
      HttpConfig config, List<Route> routes, Guard guard, IntConsumer problems, Duration grace)
      throws IOException {
    this.grace = grace;
    service = Service.of(config, new Routes(routes), guard, problems, this::fail);
    threads =
        Executors.newCachedThreadPool(
            Thread.ofPlatform().name(config.name() + "-http-", 1).daemon().factory());
    socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(config.host(), config.port()), BACKLOG);
  }

  /**
   * Starts to serve everybody who reaches it.
   *
   * @param problems receives the status of every error answer
   * @param grace how long executing requests may take once the server is closed
   * @throws UncheckedIOException if the port is taken
   */
  public static HttpServer start(
      HttpConfig config, List<Route> routes, IntConsumer problems, Duration grace) {
    return start(config, routes, Guard.OPEN, problems, grace);
  }

  /** The same for those whom {@code guard} lets in. */
  public static HttpServer start(
      HttpConfig config, List<Route> routes, Guard guard, IntConsumer problems, Duration grace) {
    try {
      var server = new HttpServer(config, routes, guard, problems, grace);
      var name = config.name() + "-http";
      Thread.ofPlatform().name(name + "-accept").daemon().start(server::accept);
      Thread.ofPlatform().name(name + "-sweep").daemon().start(server::sweep);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the %s cannot serve on %s:%d".formatted(config.name(), config.host(), config.port()), e);
    }
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** The number of open connections. */
  int connections() {
    return connections.count();
  }

  /** How many bytes of requests and answers may come to those that are in memory now. */
  long bytesLeft() {
    return service.budget().left();
  }

  /** Returns when the server can no longer work; the process should then end. */
  public void awaitFailure() throws InterruptedException {
    failed.await();
  }

  private void fail(Throwable cause) {
    failed.countDown();
    LOG.error("The server cannot go on", cause);
  }

  private void accept() {
    try {
      while (!stopping) {
        acceptOne();
      }
    } catch (RuntimeException | Error e) {
      fail(e);
      throw e; // whatever the process makes of threads that end
    }
  }

  private void acceptOne() {
    try {
      serve(socket.accept());
    } catch (IOException e) {
      if (!stopping) {
        // No file handle is left, most likely: those that keep one for nothing give way.
        service.log().error("A connection could not be accepted", e);
        connections.makeRoom();
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private void serve(Socket accepted) throws IOException {
    if (!hasRoom()) {
      Refusal.of(accepted);
      return;
    }
    try {
      accepted.setTcpNoDelay(true);
      start(new Connection(accepted, service, connections));
    } catch (IOException | RuntimeException | Error e) {
      accepted.close();
      throw e;
    }
  }

  private boolean hasRoom() {
    int most = service.config().limits().connections();
    if (connections.count() < most) {
      return true;
    }
    if (connections.staying() >= most) {
      connections.makeRoom();
    }
    // Those that give way need a moment to be gone, and others may come meanwhile.
    int atLast = most + most / 8 + 1;
    boolean anyLeaves = connections.staying() < connections.count();
    for (int i = 0; i < POLLS && anyLeaves && connections.count() >= atLast; i++) {
      LockSupport.parkNanos(POLL.toNanos());
    }
    return connections.count() < atLast;
  }

  private void start(Connection connection) {
    connections.add(connection);
    try {
      if (platform.tryAcquire()) {
        threads.execute(() -> onPlatformThread(connection));
      } else {
        Thread.ofVirtual().start(connection);
      }
    } catch (RuntimeException | Error e) {
      connections.remove(connection);
      throw e;
    }
  }

  private void onPlatformThread(Connection connection) {
    try {
      connection.run();
    } finally {
      platform.release();
    }
  }

  private void sweep() {
    try {
      while (!socket.isClosed()) {
        connections.sweep(System.nanoTime());
        LockSupport.parkNanos(SWEEP_EVERY.toNanos());
      }
    } catch (RuntimeException | Error e) {
      fail(e);
      throw e; // whatever the process makes of threads that end
    }
  }

  /** Accepts no new requests, answers those received, and ends. */
  @Override
  public void close() {
    stopping = true;
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("The port could not be closed", e);
    }
    connections.drain(grace);
    threads.shutdown();
  }
}
