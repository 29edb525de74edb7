package dev.sluice.gateway.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Headers;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.RequestHead;
import dev.sluice.http.message.Target;
import dev.sluice.http.route.Guard;
import dev.sluice.http.route.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TenantBoundsTest {
  private static final Route SUBMIT =
      Route.post("/v1/tenants/{tenant}/runs", 1, request -> Answer.empty(204));
  private static final Route READ =
      Route.get("/v1/tenants/{tenant}/runs", request -> Answer.empty(204));
  private static final long SECOND = 1_000_000_000L;

  private final List<Integer> answered = new ArrayList<>();
  private final Guard door =
      (route, parameters, head, from) ->
          answer -> answered.add(answer == null ? 0 : answer.status());
  private long now = 5;

  private TenantBounds bounds(int submitsPerSecond, int waits) {
    return new TenantBounds(door, submitsPerSecond, waits, () -> now);
  }

  private static Guard.Passage admit(Guard guard, Route route, String tenant, String query) {
    var head = new RequestHead(route.method(), Target.of("/x" + query), new Headers(), true);
    return guard.admit(route, Map.of("tenant", tenant), head, null);
  }

  private static @Nullable Problem refused(Guard guard, Route route, String tenant, String query) {
    return catchThrowableOfType(Problem.class, () -> admit(guard, route, tenant, query));
  }

  /** How many of so many submissions are let in now. */
  private static int letIn(Guard guard, String tenant, int tries) {
    int letIn = 0;
    for (int i = 0; i < tries; i++) {
      letIn += refused(guard, SUBMIT, tenant, "") == null ? 1 : 0;
    }
    return letIn;
  }

  @Test
  void letsASecondsWorthInAtOnceAndThenTheRate() {
    var bounds = bounds(10, 0);

    assertThat(letIn(bounds, "acme", 50)).isEqualTo(10);
    now += SECOND / 10;
    assertThat(letIn(bounds, "acme", 50)).isEqualTo(1);
    now += 100 * SECOND;
    assertThat(letIn(bounds, "acme", 50)).isEqualTo(10);
  }

  @Test
  void overAnySpanNoMoreThanTheRateAndNoLess() {
    var random = new SplittableRandom(42);
    var bounds = bounds(7, 0);
    assertThat(letIn(bounds, "acme", 20)).isEqualTo(7);
    long began = now;
    int letIn = 0;
    while (now - began < 1_000 * SECOND) {
      now += random.nextLong(SECOND / 10);
      letIn += letIn(bounds, "acme", 3);
    }
    assertThat(letIn).isBetween(6_999, 7_000);
  }

  @Test
  void oneTenantsFloodIsNotAnothers() {
    var bounds = bounds(3, 0);
    letIn(bounds, "noisy", 100);

    assertThat(letIn(bounds, "quiet", 3)).isEqualTo(3);
  }

  @Test
  void saysWhenToComeAgainAndTellsTheDoor() {
    var bounds = bounds(1, 0);
    letIn(bounds, "acme", 1);

    var refused = Objects.requireNonNull(refused(bounds, SUBMIT, "acme", ""));

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.answer().headers()).containsEntry("Retry-After", "1");
    assertThat(answered).containsExactly(429);
  }

  @Test
  void readsAreNoSubmissions() {
    var bounds = bounds(1, 0);
    for (int i = 0; i < 10; i++) {
      assertThat(refused(bounds, READ, "acme", "")).isNull();
    }
  }

  @Test
  void boundsTheWaitsOfATenantUntilOneIsAnswered() {
    var bounds = bounds(0, 2);
    var first = admit(bounds, READ, "acme", "?wait=PT1S");
    admit(bounds, SUBMIT, "acme", "?wait=PT1S");

    var refused = Objects.requireNonNull(refused(bounds, READ, "acme", "?wait=PT1S"));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused(bounds, READ, "acme", "")).isNull();
    assertThat(refused(bounds, READ, "globex", "?wait=PT1S")).isNull();

    first.answered(null);
    assertThat(refused(bounds, READ, "acme", "?wait=PT1S")).isNull();
    assertThat(refused(bounds, READ, "acme", "?wait=PT1S")).isNotNull();
  }
}
