package dev.sluice.gateway.flow;

import dev.sluice.http.message.Problem;
import dev.sluice.http.message.RequestHead;
import dev.sluice.http.route.Guard;
import dev.sluice.http.route.Route;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Refuses with 429 what a tenant asks of this gateway beyond its part, before its body is read.
 * Each gateway counts for itself. Safe for use by any number of threads.
 */
public final class TenantBounds implements Guard {
  private static final int MOST_TENANTS = 100_000;
  private static final List<String> SUBMIT = List.of("v1", "tenants", "{tenant}", "runs");

  private final Guard next;
  private final int submitsPerSecond;
  private final int waits;
  private final LongSupplier nanos;
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
  private final Map<String, Integer> waiting = new ConcurrentHashMap<>();

  /**
   * Bounds those whom another guard lets in.
   *
   * @param submitsPerSecond of a tenant, and as many at once after a quiet second; 0 for no bound
   * @param waits requests of a tenant that wait at once; 0 for no bound
   * @param nanos a clock that never goes back
   */
  public TenantBounds(Guard next, int submitsPerSecond, int waits, LongSupplier nanos) {
    this.next = next;
    this.submitsPerSecond = submitsPerSecond;
    this.waits = waits;
    this.nanos = nanos;
  }

  @Override
  public Passage admit(
      Route route, Map<String, String> parameters, RequestHead head, @Nullable InetAddress from) {
    var passage = next.admit(route, parameters, head, from);
    var tenant = parameters.get("tenant");
    if (tenant == null) {
      return passage;
    }
    try {
      if (route.method().equals("POST") && route.template().equals(SUBMIT)) {
        takeSubmit(tenant);
      }
      return head.target().parameters().containsKey("wait") ? waiting(tenant, passage) : passage;
    } catch (Problem refused) {
      passage.answered(refused.answer());
      throw refused;
    }
  }

  private void takeSubmit(String tenant) {
    if (submitsPerSecond == 0) {
      return;
    }
    long now = nanos.getAsLong();
    if (buckets.size() >= MOST_TENANTS) {
      buckets.values().removeIf(bucket -> bucket.isFull(now));
    }
    var wait = new long[1];
    buckets.compute(
        tenant,
        (name, known) -> {
          var bucket = known == null ? new Bucket(submitsPerSecond, now) : known;
          wait[0] = bucket.take(now);
          return bucket;
        });
    if (wait[0] > 0) {
      throw Problem.tooMany(
          "the tenant submits more than %d runs a second through this gateway"
              .formatted(submitsPerSecond),
          Duration.ofNanos(wait[0]));
    }
  }

  private Passage waiting(String tenant, Passage passage) {
    if (waits == 0) {
      return passage;
    }
    int now = waiting.merge(tenant, 1, Integer::sum);
    if (now > waits) {
      leave(tenant);
      throw Problem.tooMany(
          "%d requests of the tenant wait at this gateway, which are all that may"
              .formatted(waits));
    }
    return answer -> {
      leave(tenant);
      passage.answered(answer);
    };
  }

  private void leave(String tenant) {
    waiting.computeIfPresent(tenant, (name, count) -> count == 1 ? null : count - 1);
  }
}
