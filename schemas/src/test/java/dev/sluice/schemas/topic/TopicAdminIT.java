package dev.sluice.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestBroker;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class TopicAdminIT {
  @Test
  void createsWhatIsMissingAndNamesWhatDiffers() throws Exception {
    var broker = TestBroker.shared();
    var catalogue = new TopicCatalogue(CatalogueConfig.local().withPrefix(broker.uniquePrefix()));
    try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      assertThat(TopicAdmin.create(admin, catalogue)).hasSize(catalogue.topics().size());
      assertThat(TopicAdmin.create(admin, catalogue)).isEmpty();
      Awaitility.await().until(() -> TopicAdmin.check(admin, catalogue).isEmpty());

      var runs = catalogue.name(Topics.RUNS);
      var change =
          new AlterConfigOp(new ConfigEntry("retention.ms", "5"), AlterConfigOp.OpType.SET);
      admin
          .incrementalAlterConfigs(
              Map.of(new ConfigResource(ConfigResource.Type.TOPIC, runs), List.of(change)))
          .all()
          .get();
      admin.deleteTopics(List.of(catalogue.name(Topics.CONTROL))).all().get();

      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(TopicAdmin.check(admin, catalogue))
                      .extracting(Difference::toString)
                      .containsExactlyInAnyOrder(
                          runs + ": retention.ms should be 604800000, is 5",
                          catalogue.name(Topics.CONTROL) + ": topic should be there, is missing"));
    }
  }

  /** One broker has one replica of each; the catalogue is that of three. */
  @Test
  void namesTopicsWithFewerReplicasAndThoseThatNobodyCanWriteTo() {
    var broker = TestBroker.shared();
    var prefix = broker.uniquePrefix();
    var asked = new CatalogueConfig(prefix, 4, 8, (short) 3, List.of("default"));
    var three = new TopicCatalogue(asked);
    var one = new TopicCatalogue(new CatalogueConfig(prefix, 4, 8, (short) 1, List.of("default")));
    try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      var there =
          three.topics().stream()
              .map(
                  spec ->
                      new NewTopic(spec.name(), spec.partitions(), (short) 1)
                          .configs(spec.configs()))
              .toList();
      admin.createTopics(there);
      var runs = one.name(Topics.RUNS);
      var unwritable =
          runs
              + ": min.insync.replicas should be at most its number of replicas (1), or no write"
              + " succeeds, is 2";

      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(TopicAdmin.check(admin, three))
                      .extracting(Difference::toString)
                      .hasSize(2 * three.topics().size())
                      .contains(runs + ": replicas should be 3, is 1", unwritable));
      assertThat(TopicAdmin.check(admin, one))
          .as("asked for one replica, it is as wrong")
          .extracting(Difference::toString)
          .hasSize(one.topics().size())
          .contains(unwritable);
    }
  }
}
