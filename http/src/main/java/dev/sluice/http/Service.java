package dev.sluice.http;

import dev.sluice.contract.Failures;
import dev.sluice.http.config.HttpConfig;
import dev.sluice.http.route.CallerRules;
import dev.sluice.http.route.Guard;
import dev.sluice.http.route.Routes;
import dev.sluice.http.route.ServedHosts;
import dev.sluice.http.wire.ByteBudget;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * State shared by the connections of one server.
 *
 * @param requests those that may be executed at once
 * @param waits those that may wait at once
 * @param problems receives the status of every error answer
 * @param failure told what ends the process
 */
record Service(
    HttpConfig config,
    Routes routes,
    CallerRules rules,
    Guard guard,
    ByteBudget budget,
    Semaphore requests,
    Semaphore waits,
    IntConsumer problems,
    Consumer<Throwable> failure,
    RareLog log) {
  static Service of(
      HttpConfig config,
      Routes routes,
      Guard guard,
      IntConsumer problems,
      Consumer<Throwable> failure) {
    var limits = config.limits();
    return new Service(
        config,
        routes,
        new CallerRules(new ServedHosts(config)),
        guard,
        new ByteBudget(limits.bytes()),
        new Semaphore(limits.requests()),
        new Semaphore(limits.waits()),
        problems,
        failure,
        new RareLog());
  }

  /** A connection ends by a failure of ours; one that is fatal ends the process. */
  void connectionFailed(Throwable why) {
    if (Failures.isFatal(why)) {
      failure.accept(why);
    } else {
      log.error("A connection failed", why);
    }
  }
}
