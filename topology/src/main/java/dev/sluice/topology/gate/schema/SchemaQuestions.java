package dev.sluice.topology.gate.schema;

import dev.sluice.schemas.registry.Lookup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.IntPredicate;

/**
 * Decides which schema ids to ask the registry for, and when. Ids are sequential: an unknown id may
 * exist tomorrow, so a "no" counts for five seconds and is final only after it has been repeated
 * for a minute. Senders take turns, so that many ids of one do not delay those of another.
 */
public final class SchemaQuestions {
  /** How long a "no" counts before the registry is asked again. */
  public static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  /** How long it has to be repeated before a record is given up, unless the settings say other. */
  public static final Duration GIVEN_UP_AFTER = Duration.ofSeconds(60);

  /** What a registry that serves others, too, can take of one gate. */
  static final int MOST_PER_SECOND = 200;

  /** While no registry answers, one question a second finds out when it does. */
  private static final Duration PROBE = Duration.ofSeconds(1);

  private static final int BURST = 64;
  private static final int FEWEST_NOES = 2;

  /** Of one sender in one turn; others may have asked for its ids just now. */
  private static final int LOOKED_AT = 16;

  private static final class Question {
    private boolean isInFlight;
    private boolean wasAsked;
    private long askedNanos;
    private long firstNoNanos;
    private int noes;
  }

  private final long givenUpAfterNanos;
  private final Pace pace;
  private final Map<Integer, Question> questions = new HashMap<>();
  private final Map<Integer, SequencedSet<Integer>> bySender = new LinkedHashMap<>();
  private boolean isDown;
  private long downNanos;
  private int inFlight;

  /**
   * Nothing is to be asked yet.
   *
   * @param givenUpAfter how long the registry must deny an id until its records are given up
   */
  public SchemaQuestions(Duration givenUpAfter, long nowNanos) {
    givenUpAfterNanos = givenUpAfter.toNanos();
    pace = new Pace(MOST_PER_SECOND, BURST, nowNanos);
  }

  /** A sender's first record of this schema waits. */
  public void wants(int id, int sender) {
    questions.computeIfAbsent(id, unknown -> new Question());
    bySender.computeIfAbsent(sender, unknown -> new LinkedHashSet<>()).add(id);
  }

  /** Whether no registry answered the last time. */
  public boolean isDown() {
    return isDown;
  }

  /** Those to be asked now, a sender's one after the other's. Each is to be {@link #answered}. */
  public List<Integer> due(long nowNanos) {
    var due = new ArrayList<Integer>();
    if (isDown && (inFlight > 0 || nowNanos - downNanos < PROBE.toNanos())) {
      return due;
    }
    int most = isDown ? 1 : Math.min(BURST - inFlight, pace.left(nowNanos));
    var served = new ArrayList<Integer>();
    var senders = bySender.entrySet().iterator();
    while (senders.hasNext() && due.size() < most) {
      var sender = senders.next();
      if (take(sender.getValue(), due, nowNanos)) {
        served.add(sender.getKey());
      }
      if (sender.getValue().isEmpty()) {
        senders.remove();
      }
    }
    served.forEach(this::isServed);
    pace.take(due.size());
    inFlight += due.size();
    return due;
  }

  /** Its next turn comes behind the others'. */
  private void isServed(int sender) {
    var ids = bySender.remove(sender);
    if (ids != null) {
      bySender.put(sender, ids);
    }
  }

  private boolean take(SequencedSet<Integer> ids, List<Integer> due, long nowNanos) {
    int looks = Math.min(LOOKED_AT, ids.size());
    for (int i = 0; i < looks; i++) {
      int id = ids.removeFirst();
      var question = questions.get(id);
      if (question == null) {
        continue;
      }
      ids.addLast(id);
      boolean isFresh = question.wasAsked && nowNanos - question.askedNanos < ASK_AGAIN.toNanos();
      if (!question.isInFlight && !isFresh) {
        question.isInFlight = true;
        due.add(id);
        return true;
      }
    }
    return false;
  }

  /** Takes an answer; whether records of this schema can be looked at again. */
  public boolean answered(int id, Lookup answer, long nowNanos) {
    inFlight--;
    isDown = answer == Lookup.NO_ANSWER;
    var question = questions.get(id);
    if (question != null) {
      question.isInFlight = false;
    }
    if (isDown) {
      downNanos = nowNanos;
      return false;
    }
    if (answer == Lookup.DONE) {
      questions.remove(id);
      return true;
    }
    if (question != null) {
      question.wasAsked = true;
      question.askedNanos = nowNanos;
      question.firstNoNanos = question.noes == 0 ? nowNanos : question.firstNoNanos;
      question.noes++;
    }
    return false;
  }

  /**
   * Ids of which the registry has said for long enough that there are none; those records of theirs
   * are given up that wait at least since the time that stands beside it.
   */
  public Map<Integer, Long> denied(int most) {
    var denied = new HashMap<Integer, Long>();
    for (var question : questions.entrySet()) {
      if (denied.size() < most && isDenied(question.getValue())) {
        denied.put(question.getKey(), question.getValue().askedNanos - givenUpAfterNanos);
      }
    }
    return denied;
  }

  private boolean isDenied(Question question) {
    return question.noes >= FEWEST_NOES
        && question.askedNanos - question.firstNoNanos >= givenUpAfterNanos;
  }

  /** Forgets those that no record waits for any more. */
  public void keepThose(IntPredicate waitedFor) {
    questions.keySet().removeIf(id -> !waitedFor.test(id));
  }
}
