package dev.sluice.topology.gate.transaction;

import dev.sluice.schemas.process.QuietLog;
import dev.sluice.topology.gate.config.GateConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * Ends our own transactions that have been open for too long (rule 11): a transaction left open by
 * a killed process would block every reader of its partitions until the broker's time-out.
 */
public final class TransactionWatchdog {
  public static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private static final QuietLog LOG = QuietLog.of(TransactionWatchdog.class);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  private final Admin admin;
  private final List<FencingPatience> patiences;

  public TransactionWatchdog(GateConfig config, Admin admin) {
    this.admin = admin;
    patiences =
        List.of(
            new FencingPatience(config.claimTransactionPrefix(), SHORTEST),
            new FencingPatience(config.applicationId() + "-", Duration.ofSeconds(3)));
  }

  public void look() throws ExecutionException, InterruptedException, TimeoutException {
    var open = openFor(SHORTEST);
    for (var patience : patiences) {
      var late = new ArrayList<String>();
      for (var id : openFor(patience, open)) {
        if (patience.isOver(id, openSince(patience, id), nowMs())) {
          late.add(id);
        }
      }
      fence(late);
    }
  }

  /** Asks again only if one of these that were open for the shortest time may be too old. */
  private List<String> openFor(FencingPatience patience, List<String> open)
      throws ExecutionException, InterruptedException, TimeoutException {
    var ours = open.stream().filter(patience::isFor).toList();
    return ours.isEmpty() || patience.least().equals(SHORTEST) ? ours : openFor(patience.least());
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private List<String> openFor(Duration least)
      throws ExecutionException, InterruptedException, TimeoutException {
    var options =
        new ListTransactionsOptions()
            .filterStates(Set.of(TransactionState.ONGOING))
            .filterOnDuration(least.toMillis());
    return admin
        .listTransactions(options)
        .all()
        .get(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .stream()
        .map(TransactionListing::transactionalId)
        .toList();
  }

  /** How long it has been open: the ids that were doubled are looked up by their longer time. */
  private Duration openSince(FencingPatience patience, String id)
      throws ExecutionException, InterruptedException, TimeoutException {
    var needed = patience.of(id, nowMs());
    return needed.compareTo(patience.least()) <= 0 || openFor(needed).contains(id)
        ? needed
        : patience.least();
  }

  private void fence(List<String> ids)
      throws ExecutionException, InterruptedException, TimeoutException {
    if (!ids.isEmpty()) {
      admin.fenceProducers(ids).all().get(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      LOG.info("Ended transactions that were open for too long: {}", ids);
    }
  }
}
