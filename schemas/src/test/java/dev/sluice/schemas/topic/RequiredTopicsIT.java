package dev.sluice.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.embedded.TestBroker;
import dev.sluice.schemas.process.SettingsException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class RequiredTopicsIT {
  private static final List<String> USED =
      List.of(Topics.RUNS, Topics.CLAIMS, Topics.PROGRESS, Topics.JOURNAL, Topics.CONTROL);

  private final TestBroker broker = TestBroker.shared();
  private final TopicCatalogue catalogue =
      new TopicCatalogue(CatalogueConfig.local().withPrefix(broker.uniquePrefix()));

  private int check() {
    return RequiredTopics.check(
        Map.of("bootstrap.servers", broker.bootstrapServers()),
        catalogue.config().prefix(),
        USED,
        Set.of("default"));
  }

  private void alter(Admin admin, String topic, String setting, String value) throws Exception {
    var change = new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, catalogue.name(topic));
    admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all().get();
  }

  @Test
  void namesEveryTopicThatIsMissingAndNoOther() {
    assertThatThrownBy(this::check)
        .isInstanceOf(SettingsException.class)
        .hasMessageContainingAll(
            catalogue.name(Topics.RUNS) + ": topic should be there, is missing",
            catalogue.name(Topics.JOURNAL) + ": topic should be there, is missing",
            catalogue.name(Topics.CONTROL) + ": topic should be there, is missing",
            catalogue.name(Topics.dispatch("default")) + ": topic should be there, is missing",
            "sluice topics create")
        .hasMessageNotContaining(Topics.COMMANDS);
  }

  @Test
  void leavesRetentionSizesAndDispatchPartitionsToTheOperator() throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TopicAdmin.create(admin, catalogue);
      alter(admin, Topics.RUNS, "retention.ms", "86400000");
      alter(admin, Topics.RUNS, "max.message.bytes", "3000000");

      Awaitility.await()
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(check()).isEqualTo(catalogue.config().gatePartitions()));
    }
  }

  /** As a broker makes it by itself for a producer that asks for it. */
  @Test
  void refusesAJournalThatForgetsAndHasOtherPartitions() throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      var journal = catalogue.name(Topics.JOURNAL);
      admin.createTopics(List.of(new NewTopic(journal, 1, (short) 1))).all().get();
      TopicAdmin.create(admin, catalogue);

      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(this::check)
                      .isInstanceOf(SettingsException.class)
                      .hasMessageContainingAll(
                          journal + ": partitions should be 4, is 1",
                          journal + ": cleanup.policy should be compact, is delete",
                          journal
                              + ": message.timestamp.type should be LogAppendTime, is CreateTime")
                      .hasMessageNotContaining("missing;"));
    }
  }
}
