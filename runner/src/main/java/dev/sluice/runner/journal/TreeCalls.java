package dev.sluice.runner.journal;

import dev.sluice.contract.Undelivered;
import dev.sluice.sdk.SpawnRefusedException;
import dev.sluice.sdk.signal.Delivery;
import dev.sluice.sdk.signal.SentSignal;
import dev.sluice.v1.CancelEntry;
import dev.sluice.v1.ChildSpec;
import dev.sluice.v1.SendEntry;
import dev.sluice.v1.SpawnEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides what calls mean that concern other runs of the tree: children that are asked for or
 * cancelled, and signals that are sent. Each is a record of this run's journal, on which the gate
 * acts when it reads one that counts; a call that finds its record does nothing again.
 */
public final class TreeCalls {
  private final Calls calls;
  private final ReplayCursor cursor;
  private final JournalTail tail;
  private final ChildLedger children;

  /** Signals that were sent since the last checkpoint, and what the dispatch says of them. */
  private final Map<SentSignal, Delivery> known = new HashMap<>();

  private final Map<SentSignal, Integer> unknown = new HashMap<>();

  TreeCalls(Calls calls, ReplayCursor cursor, JournalTail tail, ChildLedger children) {
    this.calls = calls;
    this.cursor = cursor;
    this.tail = tail;
    this.children = children;
  }

  // --- children

  /**
   * Spawns a batch, or finds it in the journal.
   *
   * @param batch makes it, numbered from its argument
   * @return the numbers of the children
   */
  public List<Integer> spawn(List<String> agents, IntFunction<List<ChildSpec>> batch) {
    var call = JournalText.spawn(agents);
    var replayed = calls.position(call);
    calls.replayRefusal(Refusals.SPAWN);
    if (replayed == null) {
      return numbers(appended(batch));
    }
    if (!(replayed.entry() instanceof Position.Spawned(List<ChildSpec> spawned))
        || !agents.equals(JournalText.agents(spawned))) {
      throw cursor.mismatch(call);
    }
    cursor.take();
    return numbers(spawned);
  }

  private List<ChildSpec> appended(IntFunction<List<ChildSpec>> batch) {
    List<ChildSpec> specs;
    try {
      specs = batch.apply(children.next());
      children.check(specs);
    } catch (SpawnRefusedException refusal) {
      throw calls.refused(Refusals.SPAWN, refusal);
    }
    tail.append(charged -> new SpawnEntry(specs, charged));
    children.spawned(specs.size());
    return specs;
  }

  private static List<Integer> numbers(List<ChildSpec> specs) {
    return specs.stream().map(ChildSpec::getNumber).toList();
  }

  /**
   * Children are to end.
   *
   * @param numbers at least one, in order, each once
   */
  public void cancel(List<Integer> numbers) {
    var call = JournalText.cancel(numbers);
    var replayed = calls.position(call);
    if (replayed == null) {
      tail.append(charged -> new CancelEntry(numbers, charged));
    } else if (replayed.entry() instanceof Position.Cancelled(List<Integer> cancelled)
        && cancelled.equals(numbers)) {
      cursor.take();
    } else {
      throw cursor.mismatch(call);
    }
  }

  // --- signals

  /**
   * A signal is to be sent.
   *
   * @param entry to whom, its name and payload; what was charged is added
   */
  public SentSignal send(SendEntry entry) {
    var call = JournalText.send(entry.getTo(), entry.getName());
    var replayed = calls.position(call);
    var sent = new SentSignal(cursor.passed().position(), entry.getTo(), entry.getName());
    if (replayed == null) {
      tail.append(charged -> withCharges(entry, charged));
      unknown.put(sent, sent.position());
    } else if (replayed.entry() instanceof Position.Sent(String to, String name)
        && to.equals(sent.to())
        && name.equals(sent.name())) {
      cursor.take();
      known.put(sent, delivery(replayed.place().getRefused()));
    } else {
      throw cursor.mismatch(call);
    }
    return sent;
  }

  private static SendEntry withCharges(SendEntry entry, Map<String, Long> charged) {
    return new SendEntry(
        entry.getTo(), entry.getName(), entry.getPayload(), entry.getContentType(), charged);
  }

  private static Delivery delivery(@Nullable String refused) {
    if (refused == null) {
      return Delivery.DELIVERED;
    }
    var why = Undelivered.named(refused).orElse(null);
    return switch (why) {
      case FULL -> Delivery.INBOX_FULL;
      case ENDED -> Delivery.ENDED;
      case UNKNOWN -> Delivery.UNKNOWN;
      case FOREIGN -> Delivery.OTHER_TREE;
      case null -> Delivery.REFUSED;
    };
  }

  /** What became of a signal, if the dispatch says so; else the epoch ends. */
  Delivery await(SentSignal sent) {
    calls.begin();
    cursor.checkRestored("await");
    var delivery = known.get(sent);
    if (delivery != null) {
      return delivery;
    }
    var position = unknown.get(sent);
    if (position == null) {
      throw new InvalidCallException(
          "a run can ask only for signals that it has sent since its last checkpoint, and %s is"
                  .formatted(sent)
              + " none of them");
    }
    throw tail.endEpoch(new Wait.Sent(position));
  }

  /** Whoever resumes behind a checkpoint knows nothing of what was sent before. */
  void forgetSent() {
    known.clear();
    unknown.clear();
  }
}
