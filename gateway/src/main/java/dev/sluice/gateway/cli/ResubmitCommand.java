package dev.sluice.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.gateway.letters.LetterSelection;
import dev.sluice.gateway.letters.RecordPlace;
import dev.sluice.gateway.letters.Resubmission;
import dev.sluice.schemas.process.ConnectionOptions;
import dev.sluice.schemas.process.Settings;
import dev.sluice.schemas.serde.SluiceSerdes;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice dead-letters resubmit}. */
@Command(
    name = "resubmit",
    mixinStandardHelpOptions = true,
    description = {
      "Sends unreadable records of runs, submissions, commands and tenants back to the gate, byte",
      "for byte, after you have fixed the cause. Talks to Kafka and the registry, not to the",
      "gateway. Prints one line of JSON per record; exits with 1 if one could not be sent. A run",
      "that was accepted in the meantime is a duplicate and does not start twice. The gate refuses",
      "limits of a tenant if others were set in the meantime; `sluice tenants NAME` says so."
    })
final class ResubmitCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> LOCAL =
      Map.of("bootstrap.servers", "127.0.0.1:9092", "schema.registry.url", "http://127.0.0.1:8081");

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "RECORD",
      description = "TOPIC/PARTITION/OFFSET of an unreadable record; `list` shows all three.")
  private List<String> records = List.of();

  @Option(names = "--all", description = "All records that the other options select.")
  private boolean all;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "With --all: written at this time or later, such as 2026-11-29T08:00:00Z.")
  private @Nullable String since;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "With --all: set aside for a reason that contains this text.")
  private @Nullable String reason;

  @Option(names = "--dry-run", description = "Show what would be sent, and send nothing.")
  private boolean dryRun;

  private int sent;
  private int kept;

  @Override
  public Integer call() {
    var selection = selection();
    var given = new HashMap<>(LOCAL);
    given.putAll(connection.settings());
    var read = new Settings(given);
    var kafka = read.kafka();
    var serdes = read.serdes();
    var prefix = read.text("topic.prefix", "");
    read.under(""); // what else a file says is for the processes
    read.failOnProblems();
    sent = 0;
    kept = 0;
    try (var resubmission = new Resubmission(kafka, SluiceSerdes.create(serdes), prefix, dryRun)) {
      resubmission.send(selection, this::tell);
    }
    System.err.printf("%s %d, not %d%n", dryRun ? "would send" : "sent", sent, kept);
    return kept == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private LetterSelection selection() {
    if (all == !records.isEmpty()) {
      throw new IllegalArgumentException("give one or more RECORDs, or --all");
    }
    if (!all && (since != null || reason != null)) {
      throw new IllegalArgumentException("--since and --reason go with --all");
    }
    var places = new HashSet<RecordPlace>();
    records.forEach(record -> places.add(RecordPlace.parse(record)));
    return new LetterSelection(places, time(since), reason == null ? "" : reason);
  }

  private static @Nullable Instant time(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "--since: must be a time such as 2026-11-29T08:00:00Z, got " + text, e);
    }
  }

  private void tell(Resubmission.Outcome outcome) {
    ObjectNode line = JSON.createObjectNode().put("record", outcome.record().toString());
    if (outcome.to() != null) {
      line.put("to", outcome.to().toString());
    }
    if (outcome.why().isEmpty()) {
      sent++;
    } else {
      kept++;
      line.put("not_sent", outcome.why());
    }
    try {
      System.out.println(JSON.writeValueAsString(line));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
