package dev.sluice.local.isolation;

import dev.sluice.schemas.topic.Topics;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** What somebody may do who may change the cluster's topics, or reach the schema registry. */
final class ClusterAttacks {
  private static final String SIZE = "max.message.bytes";
  private static final String LOW = "50000";
  private static final int SUBMISSIONS = 50;
  private static final long PAUSE_MS = 200;

  private ClusterAttacks() {}

  static List<Attack> all() {
    return List.of(
        new Attack(
            "`max.message.bytes` of `journal` and `dispatch` lowered to 50,000",
            "the gate fails at its first larger record",
            "0025-topic-settings",
            ClusterAttacks::lowerSizes),
        Attack.repeated(
            "submissions on `runs` deleted before they are read",
            "the reader's position is gone",
            "0017-containing-failures",
            ClusterAttacks::trim),
        Attack.repeated(
            "the registry asked for schemas it does not have",
            "nobody else's question is answered",
            "0020-own-http-server",
            ClusterAttacks::askRegistry));
  }

  private static void lowerSizes(Attacker with, BooleanSupplier over)
      throws InterruptedException, ExecutionException {
    try (var admin = Admin.create(with.client())) {
      var before = new HashMap<String, String>();
      for (var topic : List.of(Topics.JOURNAL, Topics.dispatch("default"))) {
        before.put(topic, size(admin, topic));
        set(admin, topic, LOW);
      }
      var input = "\"" + "x".repeat(60_000) + "\"";
      while (!over.getAsBoolean()) {
        with.submit("evil", "large-" + with.nextNumber(), ",\"input\":" + input);
        with.flush();
        with.pause(PAUSE_MS);
      }
      for (var topic : before.keySet()) {
        set(admin, topic, Objects.requireNonNull(before.get(topic)));
      }
    }
  }

  private static String size(Admin admin, String topic)
      throws InterruptedException, ExecutionException {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var configs = admin.describeConfigs(List.of(resource)).all().get();
    return Objects.requireNonNull(configs.get(resource)).get(SIZE).value();
  }

  private static void set(Admin admin, String topic, String size)
      throws InterruptedException, ExecutionException {
    var change = new AlterConfigOp(new ConfigEntry(SIZE, size), AlterConfigOp.OpType.SET);
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all().get();
  }

  private static void trim(Attacker with, int number) throws Exception {
    try (var admin = Admin.create(with.client())) {
      for (int i = 0; i < SUBMISSIONS; i++) {
        with.submit("evil", "trimmed-" + number + "-" + i, ",\"expires_at_ms\":1");
      }
      with.flush();
      var latest = new HashMap<TopicPartition, OffsetSpec>();
      for (var one : with.partitions(Topics.RUNS)) {
        latest.put(one, OffsetSpec.latest());
      }
      var ends = new HashMap<TopicPartition, RecordsToDelete>();
      admin
          .listOffsets(latest)
          .all()
          .get()
          .forEach((one, end) -> ends.put(one, RecordsToDelete.beforeOffset(end.offset())));
      admin.deleteRecords(ends).all().get();
    }
    with.pause(PAUSE_MS);
  }

  private static void askRegistry(Attacker with, int number) throws Exception {
    var sockets = new ArrayList<Socket>();
    for (int i = 0; i < SUBMISSIONS; i++) {
      var socket = with.connectToRegistry();
      var ask = "GET /schemas/ids/%d HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(1_000_000 + i);
      socket.getOutputStream().write(ask.getBytes(StandardCharsets.US_ASCII));
      sockets.add(socket);
    }
    for (var socket : sockets) {
      socket.close();
    }
  }
}
