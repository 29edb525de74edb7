package dev.sluice.runner;

import dev.sluice.runner.io.Clients;
import dev.sluice.sdk.Agent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An embedded runner of which one thread dies when a test wants it to. */
public final class FaultyRunner {
  private FaultyRunner() {}

  /**
   * Starts one.
   *
   * @param fault what its thread {@code control} meets, once there is any
   */
  public static Runner start(
      RunnerConfig config,
      List<Agent<?, ?>> agents,
      Consumer<FatalReason> onFatal,
      AtomicReference<@Nullable Error> fault) {
    var host = new Host(() -> {}, onFatal, true, false, null);
    return Runner.start(config, agents, host, new FaultyClients(config, fault));
  }

  private static final class FaultyClients extends Clients {
    private final AtomicReference<@Nullable Error> fault;

    FaultyClients(RunnerConfig config, AtomicReference<@Nullable Error> fault) {
      super(config.kafka());
      this.fault = fault;
    }

    @Override
    @SuppressWarnings("unchecked") // the proxy implements this one interface
    public org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> controlConsumer() {
      var sound = super.controlConsumer();
      return (org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>)
          Proxy.newProxyInstance(
              FaultyRunner.class.getClassLoader(),
              new Class<?>[] {org.apache.kafka.clients.consumer.Consumer.class},
              (proxy, method, arguments) -> {
                var planted = fault.get();
                if (planted != null && method.getName().equals("poll")) {
                  throw planted;
                }
                try {
                  return method.invoke(sound, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }
}
