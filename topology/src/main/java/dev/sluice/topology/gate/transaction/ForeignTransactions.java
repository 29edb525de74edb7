package dev.sluice.topology.gate.transaction;

import static dev.sluice.topology.gate.topic.ReadPartitions.get;

import dev.sluice.schemas.process.QuietLog;
import dev.sluice.topology.gate.config.ForeignTransactionRules;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * Ends transactions of other applications that block readers, if the operator has listed their ids.
 * A stream processor may keep one open from checkpoint to checkpoint and must be able to commit it,
 * so none is ended that is younger than a bound, by its coordinator's clock, or that is not the one
 * that was seen before.
 */
public final class ForeignTransactions {
  private static final QuietLog LOG = QuietLog.of(ForeignTransactions.class);

  private final Admin admin;
  private final OpenTransactions transactions;
  private final ForeignTransactionRules rules;

  /** When the transactions that readers wait for began, by id, as it was when they were noticed. */
  private final Map<String, Long> noticed = new HashMap<>();

  public ForeignTransactions(
      Admin admin, OpenTransactions transactions, ForeignTransactionRules rules) {
    this.admin = admin;
    this.transactions = transactions;
    this.rules = rules;
  }

  /** What it looks at transactions with. */
  OpenTransactions transactions() {
    return transactions;
  }

  /** Ends those of {@code open} that may and should be ended. */
  public void end(Collection<OpenTransactions.Open> open)
      throws ExecutionException, InterruptedException, TimeoutException {
    if (rules.prefixes().isEmpty()) {
      return;
    }
    var listed = new HashMap<String, Long>();
    for (var one : open) {
      var id = one.id();
      if (id != null && one.startMs() >= 0 && rules.allow(id)) {
        listed.put(id, one.startMs());
      }
    }
    noticed.keySet().retainAll(listed.keySet());
    listed.forEach(noticed::putIfAbsent);
    if (!listed.isEmpty()) {
      for (var id : openForTooLong()) {
        endIfTheSame(id, listed);
      }
    }
  }

  private Set<String> openForTooLong()
      throws ExecutionException, InterruptedException, TimeoutException {
    var options =
        new ListTransactionsOptions()
            .filterStates(Set.of(TransactionState.ONGOING))
            .filterOnDuration(rules.olderThan().toMillis());
    var ids = new HashSet<String>();
    for (TransactionListing listing : get(admin.listTransactions(options).all())) {
      ids.add(listing.transactionalId());
    }
    return ids;
  }

  private void endIfTheSame(String id, Map<String, Long> listed)
      throws ExecutionException, InterruptedException, TimeoutException {
    var began = noticed.get(id);
    if (began == null || !began.equals(listed.get(id))) {
      noticed.remove(id);
      return;
    }
    var now = transactions.describe(id);
    if (now != null
        && now.state() == TransactionState.ONGOING
        && now.transactionStartTimeMs().orElse(-1) == began) {
      get(admin.fenceProducers(List.of(id)).all());
      LOG.warn("Ended the transaction of {}, open since {} ms", id, began);
    }
    noticed.remove(id);
  }
}
