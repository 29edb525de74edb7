package dev.sluice.bench.deployed;

import dev.sluice.bench.measure.KeepAliveClient;
import dev.sluice.bench.measure.Pace;
import dev.sluice.bench.measure.Sample;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Submits runs to a gateway over HTTP, on open connections. */
final class Load implements Subject {
  private static final int CONNECTIONS = 16;
  private static final int TENANTS = 40;
  private static final long CONNECT_WITHIN_NANOS = 50_000_000;
  private static final int ACCEPTED = 202;

  private final Stack stack;

  Load(Stack stack) {
    this.stack = stack;
  }

  @Override
  public Processes processes() {
    return stack.processes();
  }

  /** Submits runs of one step, one each period, and waits for their ends. */
  @Override
  public Paced paced(int count, int perSecond) throws Exception {
    var before = Usage.of(stack.processes());
    var accept = new Sample(count);
    long begin = System.nanoTime() + CONNECT_WITHIN_NANOS;
    onAllConnections(
        (connection, number) -> {
          for (int i = number; i < count; i += CONNECTIONS) {
            long due = begin + i * Pace.period(perSecond);
            Pace.until(due);
            submit(connection, "tenant-" + i % TENANTS, "bench-start", Long.toString(due), null);
            accept.add(System.nanoTime() - due);
          }
        });
    var start = new Sample(count);
    for (var end : stack.ends().take(count)) {
      start.add(Long.parseLong(end.output()));
    }
    return new Paced(count, accept, start, before, Usage.of(stack.processes()));
  }

  /** Submits so many runs of one tenant as fast as it goes. */
  void submitAll(String tenant, int count, String agent, String input) throws Exception {
    onAllConnections(
        (connection, number) -> {
          for (int i = number; i < count; i += CONNECTIONS) {
            submit(connection, tenant, agent, input, null);
          }
        });
  }

  /** Runs of others, so many of each, one after the other: how long each took to start. */
  Sample others(String prefix, int tenants, int each) throws Exception {
    var start = new Sample(tenants * each);
    List<Callable<Void>> all = new ArrayList<>();
    for (int i = 0; i < tenants; i++) {
      var tenant = prefix + i;
      all.add(
          () -> {
            oneAfterTheOther(tenant, each, start);
            return null;
          });
    }
    await(all);
    return start;
  }

  private void oneAfterTheOther(String tenant, int count, Sample start) throws Exception {
    try (var connection = new KeepAliveClient(stack.gateway())) {
      for (int i = 0; i < count; i++) {
        var runId = tenant + "-" + i;
        var end = stack.ends().of(runId);
        submit(connection, tenant, "bench-start", Long.toString(System.nanoTime()), runId);
        start.add(Long.parseLong(end.get().output()));
      }
    }
  }

  private interface Work {
    void on(KeepAliveClient connection, int number) throws Exception;
  }

  private void onAllConnections(Work work) throws Exception {
    List<Callable<Void>> all = new ArrayList<>();
    var connections = new ArrayList<KeepAliveClient>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        var connection = new KeepAliveClient(stack.gateway());
        connections.add(connection);
        int number = i;
        all.add(
            () -> {
              work.on(connection, number);
              return null;
            });
      }
      await(all);
    } finally {
      for (var connection : connections) {
        connection.close();
      }
    }
  }

  private static void await(List<Callable<Void>> all) throws Exception {
    try (var threads = Executors.newFixedThreadPool(all.size())) {
      for (var one : threads.invokeAll(all)) {
        one.get();
      }
    }
  }

  private static void submit(
      KeepAliveClient connection, String tenant, String agent, String input, @Nullable String runId)
      throws IOException {
    var id = runId == null ? "" : "\"run_id\":\"" + runId + "\",";
    var body = "{" + id + "\"agent\":\"" + agent + "\",\"input\":" + input + "}";
    int status =
        connection.exchange(connection.request("POST", "/v1/tenants/" + tenant + "/runs", body));
    if (status != ACCEPTED) {
      throw new IOException("the gateway answered " + status + ", not " + ACCEPTED);
    }
  }

  /** Exercises this program's own code, so that it is not measured cold. */
  static void warmUp(int exchanges) throws IOException {
    try (var server = new EchoServer();
        var connection = new KeepAliveClient(URI.create("http://127.0.0.1:" + server.port()))) {
      for (int i = 0; i < exchanges; i++) {
        submit(connection, "none", "none", "0", null);
      }
    }
  }
}
