package dev.sluice.bench.deployed;

import dev.sluice.bench.floor.FloorCommand;
import dev.sluice.bench.floor.FloorCommand.What;
import dev.sluice.bench.floor.PassThroughStreams.Names;
import dev.sluice.bench.measure.Sample;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The floor as processes: a broker, a plain producer, a Kafka Streams application that passes
 * records on, and a worker that claims them in transactions. They get the flags, the heaps and the
 * cache of classes that ours get.
 */
final class FloorStack implements Subject, AutoCloseable {
  static final String PRODUCER = "producer";
  static final String STREAMS = "streams";
  static final String CLAIMER = "claimer";

  private static final int PARTITIONS = 4;
  private static final Names NAMES = new Names("");

  private final Processes processes = new Processes();
  private final FloorProcess producer;
  private final FloorProcess claimer;

  FloorStack() throws Exception {
    try {
      var bootstrap = Stack.startBroker(processes).getFirst();
      createTopics(bootstrap, NAMES);
      var streams =
          processes.startLocal(
              STREAMS, Stack.GATE_HEAP_MB, arguments(What.STREAMS, bootstrap, "", processes));
      var passed =
          processes.startLocal(CLAIMER, 512, arguments(What.CLAIMER, bootstrap, "", processes));
      producer = startProducer(processes, bootstrap);
      streams.awaitReady();
      claimer = new FloorProcess(passed);
    } catch (Exception e) {
      processes.close();
      throw e;
    }
  }

  static FloorProcess startProducer(Processes processes, String bootstrap) throws IOException {
    return new FloorProcess(
        processes.startLocal(PRODUCER, 256, arguments(What.PRODUCER, bootstrap, "", processes)));
  }

  static void createTopics(String bootstrap, Names names) throws InterruptedException {
    var all = List.of(names.in(), names.out(), names.claims());
    createTopics(bootstrap, all);
  }

  static void createTopics(String bootstrap, List<String> names) throws InterruptedException {
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin
          .createTopics(
              names.stream().map(name -> new NewTopic(name, PARTITIONS, (short) 1)).toList())
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot create the floor's topics", e);
    }
  }

  static List<String> arguments(What what, String bootstrap, String prefix, Processes processes) {
    return List.of(
        FloorCommand.NAME,
        what.name(),
        "--bootstrap",
        bootstrap,
        "--prefix=" + prefix,
        "--dir",
        processes.dir().toString());
  }

  /** One record each period; how long the producer and the worker took. */
  @Override
  public Paced paced(int count, int perSecond) throws IOException {
    var before = Usage.of(processes);
    claimer.tell(Integer.toString(count));
    var accept = producer.ask(NAMES.in() + " " + count + " " + perSecond);
    var start = claimer.answer();
    return new Paced(count, accept, start, before, Usage.of(processes));
  }

  /** Records a second through all of it, as fast as it goes. */
  double throughput(int count) throws IOException {
    long begin = System.nanoTime();
    claimer.tell(Integer.toString(count));
    Sample sent = producer.ask(NAMES.in() + " " + count + " 0");
    claimer.answer();
    return sent.size() / ((System.nanoTime() - begin) / 1e9);
  }

  @Override
  public Processes processes() {
    return processes;
  }

  @Override
  public void close() throws IOException {
    producer.close();
    claimer.close();
    processes.close();
  }
}
