package dev.sluice.topology.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.topology.catalog.query.RunFilter;
import dev.sluice.topology.catalog.query.SubmissionPlace;
import dev.sluice.topology.catalog.store.CatalogStores;
import dev.sluice.topology.catalog.view.ViewCodec;
import dev.sluice.v1.DecisionKind;
import dev.sluice.v1.PoolSetting;
import dev.sluice.v1.RunStatus;
import dev.sluice.v1.Setting;
import dev.sluice.v1.TenantLoad;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in the catalog's own stores, it goes on and answers. */
@SuppressWarnings("NullAway.Init") // set before each test
final class BrokenStateTest {
  private static final List<String> STORES =
      List.of(
          CatalogStores.RUNS,
          CatalogStores.OUTPUTS,
          CatalogStores.INDEX,
          CatalogStores.PROGRESS,
          CatalogStores.TENANTS,
          CatalogStores.LIMITS,
          CatalogStores.JOURNAL,
          CatalogStores.PASSED,
          CatalogStores.DEAD);
  private static final List<String> VALUES =
      List.of(
          "",
          "{",
          "null",
          "{}",
          "[]",
          "7",
          "\"\"",
          "[".repeat(50_000),
          "\0\1\2",
          "{\"kind\":1}",
          "{\"tenant\":\"t\"}",
          "{\"tenant\":null,\"runId\":7,\"phase\":{}}");

  @TempDir private Path dir;
  private CatalogBed bed;

  @BeforeEach
  void start() {
    bed = new CatalogBed(dir);
    bed.isUpToDate();
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  /** A tree, an ended run, a dead one, a tenant with limits, steps and an unreadable record. */
  private void fill(String name) {
    bed.accept(name);
    bed.accept(name + "~1", name, name, 1);
    bed.step(name, 1, "w.1", 1, 1);
    bed.accept(name + "-ended");
    bed.step(name + "-ended", 1, "w.1", 1, 1);
    bed.complete(name + "-ended", RunStatus.SUCCEEDED, 1, 0);
    bed.accept(name + "-dead");
    bed.complete(name + "-dead", RunStatus.DEAD, 1, 0);
    bed.deadLetter(name + "-dead", "a");
    bed.unreadable();
    bed.decide(
        CatalogBed.decision(DecisionKind.QUEUE, name, 1)
            .setCauseTopic(Topics.RUNS)
            .setLoad(new TenantLoad(2, 0, 1, 0, false, 1.0, null, null, 5L)));
    bed.raw(
        Topics.TENANTS,
        "t".getBytes(StandardCharsets.UTF_8),
        "{\"tenant\":\"t\",\"plan\":\"pro\"}".getBytes(StandardCharsets.UTF_8));
    bed.set(
        "pool/gpu",
        new Setting("pool", "gpu", new PoolSetting(true, false, null), null, null, null));
  }

  private static void read(JsonNode answer) {
    assertThat(answer.toString()).startsWith("{");
  }

  private void askEverything(String name) {
    for (var run : List.of(name, name + "~1", name + "-ended", name + "-dead", "nobody")) {
      var view = bed.queries.run("t", run);
      if (view != null) {
        read(bed.queries.withChildren(view));
      }
      read(bed.journals.page("t", run, true, 100, null));
    }
    read(bed.queries.tenants(100, null, 0));
    read(bed.queries.tenant("t", 0));
    read(bed.settings.all(100, null, 0));
    read(bed.queries.deadLetters(any -> true, 100, null));
    bed.queries.hasPassed(new SubmissionPlace(Topics.RUNS, 0, 0));
    for (var filter :
        List.of(
            RunFilter.ANY,
            new RunFilter(name, null, null, null, null),
            new RunFilter(null, name, null, null, null),
            new RunFilter(null, null, "QUEUED", null, null),
            new RunFilter(null, null, null, "a", null),
            new RunFilter(null, null, null, null, "k:v"))) {
      read(bed.queries.runs("t", filter, 100, null));
    }
  }

  private void assertGoesOn(String name) {
    askEverything(name);
    fill(name);
    bed.pass(CatalogBed.KEEP_DEAD.plus(Duration.ofHours(1)));
    bed.pass(Duration.ofMinutes(1));
    askEverything(name);
    fill("fresh");
    askEverything("fresh");
    assertThat(bed.queries.json(bed.run("fresh-ended")).path("status").asText())
        .isEqualTo("SUCCEEDED");
  }

  private List<Bytes> keys(String store) {
    var keys = new ArrayList<Bytes>();
    try (var all = bed.store(store).all()) {
      all.forEachRemaining(entry -> keys.add(entry.key));
    }
    return keys;
  }

  @Test
  void goesOnWithEveryEntryOfEveryStoreBroken() {
    for (int i = 0; i < VALUES.size(); i++) {
      fill("r" + i);
      byte[] broken = VALUES.get(i).getBytes(StandardCharsets.UTF_8);
      for (var store : STORES) {
        keys(store).forEach(key -> bed.store(store).put(key, broken));
      }
      assertGoesOn("r" + i);
    }
    assertThat(bed.measures.find("sluice.catalog.entries.unreadable").counters()).isNotEmpty();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void goesOnWithAnyBytesOfKeysAndValues(long seed) {
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 10; round++) {
      fill("r" + round);
      for (var store : STORES) {
        for (var key : keys(store)) {
          byte[] value = bed.store(store).get(key);
          if (random.nextBoolean() && value != null) {
            byte[] brokenKey = broken(random, key.get());
            bed.store(store).put(Bytes.wrap(brokenKey), broken(random, value));
            bed.store(store).put(key, broken(random, value));
          }
        }
      }
      assertGoesOn("r" + round);
    }
  }

  private static byte[] broken(SplittableRandom random, byte[] bytes) {
    byte[] changed = bytes.clone();
    for (int i = 0; i < 3 && changed.length > 0; i++) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    return changed;
  }

  @Test
  void showsARunThatCannotBeReadBackAsSuchAndAllOthersAsTheyAre() {
    bed.accept("broken");
    bed.accept("sound");
    bed.store(CatalogStores.RUNS).put(ViewCodec.key("t", "broken"), new byte[] {'{'});

    var list = bed.queries.runs("t", RunFilter.ANY, 10, null).path("runs");

    Map<String, String> shown = new java.util.HashMap<>();
    list.forEach(run -> shown.put(text(run, "run_id"), text(run, "status")));
    assertThat(shown).isEqualTo(Map.of("broken", "UNREADABLE", "sound", "QUEUED"));
    bed.complete("broken", RunStatus.SUCCEEDED, 1, 0);
    assertThat(bed.run("broken").status()).isEqualTo("SUCCEEDED");
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asText();
  }
}
