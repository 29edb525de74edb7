package dev.sluice.admission.rules;

import static dev.sluice.admission.port.GateEffect.DecisionKind;

import dev.sluice.admission.pace.Share;
import dev.sluice.admission.port.Cause;
import dev.sluice.admission.port.GateEffect;
import dev.sluice.admission.port.RecentIds;
import dev.sluice.admission.run.EndRequest;
import dev.sluice.admission.run.Incarnation;
import dev.sluice.admission.run.Lane;
import dev.sluice.admission.run.Phase;
import dev.sluice.admission.run.Run;
import dev.sluice.admission.run.RunKey;
import dev.sluice.admission.run.Wait;
import dev.sluice.admission.settings.GateSettings;
import dev.sluice.admission.settings.SettingKey;
import dev.sluice.admission.state.GateState;
import dev.sluice.admission.worker.Lack;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One step in deciding on a record: its inputs and the decisions so far. It leaves all of its
 * effects or none. A record that concerns several runs gets a turn for each of them, so that a
 * failure affects only one run.
 */
public final class Turn {
  /**
   * A turn yet to be taken.
   *
   * @param subject the run that it acts on, and that is sealed when it fails; null for none
   * @param isRecords whether it is what the record itself asks for
   */
  public record Act(@Nullable RunKey subject, Consumer<Turn> body, boolean isRecords) {
    public static Act of(Consumer<Turn> body) {
      return new Act(null, body, false);
    }
  }

  private record Remembered(String id, RecentIds.Known known) {}

  private final GateState state;
  private final RecentIds recent;
  private final Cause cause;
  private final Set<RunKey> unsealable;
  private final boolean mayDispatch;
  private final int partitions;
  private final List<GateEffect> effects = new ArrayList<>();
  private final List<Act> next = new ArrayList<>();
  private final List<Remembered> remembered = new ArrayList<>();
  private final Set<RunKey> unsettled = new LinkedHashSet<>();
  private @Nullable String answering;

  /**
   * A step.
   *
   * @param partitions of the gate
   */
  public Turn(
      GateState state,
      RecentIds recent,
      Cause cause,
      Set<RunKey> unsealable,
      boolean mayDispatch,
      int partitions) {
    this.state = state;
    this.recent = recent;
    this.cause = cause;
    this.unsealable = unsealable;
    this.mayDispatch = mayDispatch;
    this.partitions = partitions;
  }

  public GateState state() {
    return state;
  }

  /** The settings in force. */
  public GateSettings settings() {
    return state.settings();
  }

  /** Whether runs may be handed to workers: not while what they write may be lost. */
  boolean mayDispatch() {
    return mayDispatch;
  }

  /** Which part of the gate decides. */
  Share share() {
    return new Share(cause.partition(), partitions);
  }

  /** What was remembered of {@code id} within the duplicate window. */
  public Optional<RecentIds.Known> recall(String id) {
    for (var one : remembered) {
      if (one.id().equals(id)) {
        return Optional.of(one.known());
      }
    }
    return recent.find(id, nowMs());
  }

  /** Remembers {@code id} for the duplicate window. */
  public void remember(String id, RecentIds.Known known) {
    remembered.add(new Remembered(id, known));
  }

  /** Writes down what was remembered, once the turn is kept. */
  public void keepRemembered() {
    for (var one : remembered) {
      recent.add(one.id(), nowMs(), one.known());
    }
  }

  /** Takes a turn of its own behind this one, and before what stands behind this one. */
  void then(Consumer<Turn> body) {
    next.add(Act.of(body));
  }

  /** Takes a turn of its own for {@code run}; nothing happens if it is not known any more. */
  public void then(RunKey run, BiConsumer<Turn, Run> body) {
    next.add(
        new Act(
            run,
            turn -> {
              var known = turn.state().run(run);
              if (known != null) {
                body.accept(turn, known);
              }
            },
            false));
  }

  /**
   * Settles a tree's budget once all else that the record asks for is done. A record that ends
   * thousands of a tree's runs must not look at its waiting runs each time.
   */
  void settle(RunKey root) {
    unsettled.add(root);
  }

  /** The roots of the trees to be settled. */
  public Set<RunKey> unsettled() {
    return unsettled;
  }

  /** Returns whether the run failed, and failed to be sealed, on this record. */
  boolean isUnsealable(RunKey run) {
    return unsealable.contains(run);
  }

  public List<Act> next() {
    return next;
  }

  public Cause cause() {
    return cause;
  }

  public long nowMs() {
    return cause.appendMs();
  }

  /** The run as it now stands; for what is known to live. */
  Run live(RunKey run) {
    return Objects.requireNonNull(state.run(run), () -> "no live run " + run);
  }

  public void add(GateEffect effect) {
    effects.add(effect);
  }

  /** Decisions from here on answer this command; null for none. */
  void answering(@Nullable String commandId) {
    answering = commandId;
  }

  private @Nullable String answers(DecisionKind kind) {
    return switch (kind) {
      case CANCEL, SIGNAL, REDRIVE, REFUSE -> answering;
      case STARTED,
          ACCEPT,
          DUPLICATE,
          REJECT,
          REROUTE,
          UNREADABLE,
          DISPATCH,
          CLAIM,
          RETURN,
          RELEASE,
          FENCE,
          WAIT,
          QUEUE,
          COMPLETE,
          TENANT,
          ALARM,
          LIVE ->
          null;
    };
  }

  /** Writes down a decision about a run that lives. */
  public void decide(DecisionKind kind, Run run, String reason) {
    decide(kind, run, reason, null);
  }

  public void decide(DecisionKind kind, Run run, String reason, @Nullable Incarnation worker) {
    var wait = run.phase() instanceof Phase.Waiting waiting ? waiting.on() : null;
    int partition = run.phase() instanceof Phase.Dispatched to ? to.partition() : -1;
    add(
        new GateEffect.Decide(
            kind,
            run.key().tenant(),
            run.key().id(),
            run.epoch(),
            run.attempt(),
            reason,
            worker,
            partition,
            wait == null ? null : wait.word(),
            wait == null || wait.untilMs() == Wait.NEVER ? null : wait.untilMs(),
            summary(kind, run),
            state.tenants().load(run.key().tenant()),
            answers(kind),
            null,
            versions(run)));
  }

  /** Those of which its journal has records, and the one that executes it now. */
  private List<String> versions(Run run) {
    var written = state.indexes().lane(run).needs().versions();
    var holder = run.phase() instanceof Phase.Running running ? running.holder() : null;
    var worker = holder == null ? null : state.workers().get(holder);
    var own = worker == null ? null : worker.abilities().own(run.spec().agent());
    if (own == null || written.contains(own)) {
      return written;
    }
    var all = new ArrayList<>(written);
    all.add(own);
    return List.copyOf(all);
  }

  private static GateEffect.@Nullable Accepted summary(DecisionKind kind, Run run) {
    return switch (kind) {
      case ACCEPT -> new GateEffect.Accepted(run.spec(), run.kin(), run.origin(), null);
      case LIVE ->
          new GateEffect.Accepted(run.spec(), run.kin(), run.origin(), GateEffect.Standing.of(run));
      case STARTED,
          DUPLICATE,
          REJECT,
          REROUTE,
          UNREADABLE,
          DISPATCH,
          CLAIM,
          RETURN,
          RELEASE,
          FENCE,
          WAIT,
          QUEUE,
          COMPLETE,
          CANCEL,
          SIGNAL,
          REDRIVE,
          REFUSE,
          TENANT,
          ALARM ->
          null;
    };
  }

  /** Writes down a decision about an id that names no live run. */
  public void decide(DecisionKind kind, RunKey run, int epoch, String reason) {
    add(
        new GateEffect.Decide(
            kind,
            run.tenant(),
            run.id(),
            epoch,
            0,
            reason,
            null,
            -1,
            null,
            null,
            null,
            null,
            answers(kind),
            null,
            List.of()));
  }

  /** Writes down a decision about a tenant, or about no tenant (empty name). */
  public void decide(DecisionKind kind, String tenant, String reason) {
    var load = tenant.isEmpty() ? null : state.tenants().load(tenant);
    add(
        new GateEffect.Decide(
            kind,
            tenant,
            null,
            0,
            0,
            reason,
            null,
            -1,
            null,
            null,
            null,
            load,
            answers(kind),
            null,
            List.of()));
  }

  /** Writes down a decision about a setting. */
  public void decide(DecisionKind kind, SettingKey setting, String reason) {
    add(
        new GateEffect.Decide(
            kind, "", null, 0, 0, reason, null, -1, null, null, null, null, null, setting,
            List.of()));
  }

  /** Tells {@code worker} to stop a run, if anybody is to be told. */
  void control(Incarnation worker, Run run, EndRequest request) {
    var kind =
        switch (request) {
          case CANCEL, PARENT_ENDED, PARENT_ASKED, SEALED, BARRED -> GateEffect.ControlKind.CANCEL;
          case TIMEOUT, END_BY -> GateEffect.ControlKind.TIMEOUT;
        };
    add(new GateEffect.Control(worker, run.key(), run.epoch(), kind, request.failure().message()));
  }

  void revoke(Incarnation worker, RunKey run, int epoch, String reason) {
    add(new GateEffect.Control(worker, run, epoch, GateEffect.ControlKind.REVOKE, reason));
  }

  /** Tells {@code worker} to stop a run as for a cancel, whatever epoch of it that is. */
  public void stop(Incarnation worker, RunKey run, int epoch, String reason) {
    add(new GateEffect.Control(worker, run, epoch, GateEffect.ControlKind.CANCEL, reason));
  }

  /** The longest that a lease of this partition may last, also one that is no longer known. */
  public long longestTtlMs() {
    return Math.max(settings().leaseTtlMs(), state.clock().longestTtlMs());
  }

  /** What workers lack that take runs of the lane's pool; null if one of them can take these. */
  @Nullable Lack lack(Lane lane) {
    return state.workers().lack(lane, state.leaseTimeMs(), settings().leaseTtlMs());
  }

  public List<GateEffect> effects() {
    return effects;
  }
}
