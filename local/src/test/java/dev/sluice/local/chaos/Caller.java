package dev.sluice.local.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.SluiceException;
import dev.sluice.gateway.cli.GatewayJson;
import dev.sluice.schemas.topic.Topics;
import dev.sluice.verification.RunName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One who submits a tenant's runs and sends them commands, right after their submission or long
 * after their end. He asks again, with the same key, until his submission is acknowledged.
 */
final class Caller {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OTHER_BODY = 422;

  /** No answer, too many requests, not now. */
  private static final List<Integer> ASK_AGAIN = List.of(0, 429, 503);

  private record Sent(String key, ObjectNode body, RunName run) {}

  private final String tenant;
  private final SplittableRandom random;
  private final GatewayJson client;
  private final Producer<byte[], byte[]> producer;
  private final Ledger ledger;
  private final List<Sent> sent = new ArrayList<>();
  private int number;

  Caller(
      String tenant,
      SplittableRandom random,
      GatewayJson client,
      Producer<byte[], byte[]> producer,
      Ledger ledger) {
    this.tenant = tenant;
    this.random = random;
    this.client = client;
    this.producer = producer;
    this.ledger = ledger;
  }

  /** Does one thing, over and over where nobody answers. */
  void turn(BooleanSupplier over) throws InterruptedException {
    int what = random.nextInt(20);
    if (what < 9 || sent.isEmpty()) {
      submit(over);
    } else if (what < 12) {
      submit(over);
      command(sent.getLast().run());
    } else if (what < 14) {
      submitByKafka();
    } else if (what < 16) {
      repeat(anyOf(sent));
    } else {
      command(someone());
    }
  }

  private void submit(BooleanSupplier over) {
    var key = tenant + "-key-" + number++;
    var body = JSON.createObjectNode().put("agent", "chaos").set("input", input());
    do {
      var answer = ask(key, () -> client.submit(tenant, (ObjectNode) body, key));
      if (answer.isPresent()) {
        var run = new RunName(tenant, answer.get().path("run_id").asText());
        ledger.accepted(run, body.path("input").path("failures").asInt());
        sent.add(new Sent(key, (ObjectNode) body, run));
        return;
      }
    } while (!over.getAsBoolean());
  }

  private ObjectNode input() {
    return JSON.createObjectNode()
        .put("steps", random.nextInt(3))
        .put("step_ms", random.nextInt(200))
        .put("sleep_ms", random.nextInt(4) == 0 ? random.nextInt(3_000) : 0)
        .put("signal", random.nextInt(6) == 0)
        .put("children", random.nextInt(6) == 0 ? 1 + random.nextInt(3) : 0)
        .put("failures", random.nextInt(8) == 0 ? random.nextInt(1 + ChaosAgent.ATTEMPTS) : 0);
  }

  private void submitByKafka() throws InterruptedException {
    var run = new RunName(tenant, "kafka-" + number++);
    var body =
        JSON.createObjectNode()
            .put("run_id", run.runId())
            .put("tenant", tenant)
            .put("agent", "chaos");
    var input = input();
    byte[] value = body.set("input", input).toString().getBytes(StandardCharsets.UTF_8);
    byte[] key = tenant.getBytes(StandardCharsets.UTF_8);
    try {
      producer.send(new ProducerRecord<>(Topics.RUNS, key, value)).get();
      ledger.accepted(run, input.path("failures").asInt());
    } catch (ExecutionException notAcknowledged) {
      // It may have been written all the same.
    }
  }

  /** The same request gets the same answer, another one under its key a refusal, or that answer. */
  private void repeat(Sent before) {
    boolean isOther = random.nextBoolean();
    var body = before.body().deepCopy();
    if (isOther) {
      body.put("priority", 1);
    }
    try {
      var answer = client.submit(tenant, body, before.key());
      if (!answer.path("run_id").asText().equals(before.run().runId())) {
        ledger.wrongAnswer(before + " repeated: " + answer);
      }
    } catch (SluiceException e) {
      if (!ASK_AGAIN.contains(e.status()) && !(isOther && e.status() == OTHER_BODY)) {
        ledger.wrongAnswer(before + " repeated: " + e);
      }
    }
  }

  /** One of his runs, or the first child of it, which there may be. */
  private RunName someone() {
    var run = anyOf(sent).run();
    return random.nextInt(4) == 0 ? new RunName(tenant, run.runId() + "~1") : run;
  }

  private void command(RunName run) {
    switch (random.nextInt(3)) {
      case 0 -> {
        ledger.cancels(run);
        command("cancel of " + run, () -> client.cancel(tenant, run.runId()));
      }
      case 1 -> command("signal of " + run, () -> signal(run));
      default -> command("redrive of " + run, () -> client.redrive(tenant, run.runId()));
    }
  }

  private JsonNode signal(RunName run) {
    var payload = "{}".getBytes(StandardCharsets.UTF_8);
    return client.signal(tenant, run.runId(), ChaosAgent.SIGNAL, payload, "application/json", null);
  }

  private void command(String what, Supplier<JsonNode> call) {
    ask(what, call).ifPresent(answer -> ledger.commanded(answer.path("command_id").asText(), what));
  }

  private Optional<JsonNode> ask(String what, Supplier<JsonNode> call) {
    try {
      return Optional.of(call.get());
    } catch (SluiceException e) {
      if (!ASK_AGAIN.contains(e.status())) {
        ledger.wrongAnswer(what + ": " + e);
      }
      return Optional.empty();
    }
  }

  private <T> T anyOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
