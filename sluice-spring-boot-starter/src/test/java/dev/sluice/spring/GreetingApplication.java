package dev.sluice.spring;

import dev.sluice.runner.FatalReason;
import dev.sluice.sdk.Agent;
import dev.sluice.sdk.RunContext;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

/**
 * An application as its authors write it, with whichever Spring Boot is on its class path. Who
 * tests it may be of another class loader, so they talk in the JDK's types.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class GreetingApplication {
  /** What was told to the application; static, as it survives its context. */
  private static final List<String> FATAL = new CopyOnWriteArrayList<>();

  /** A bean that an agent needs. */
  public static class Greetings {
    private final List<String> greeted = new CopyOnWriteArrayList<>();

    /** Greets somebody. */
    public String greet(String name) {
      greeted.add(name);
      return "Hello, " + name;
    }
  }

  /** An agent that a service file could not make. */
  public record GreetingAgent(Greetings greetings) implements Agent<String, String> {
    @Override
    public String name() {
      return "greeting";
    }

    @Override
    public String run(RunContext run, String name) {
      return run.step("greet", String.class, () -> greetings.greet(name));
    }
  }

  @Bean
  Greetings greetings() {
    return new Greetings();
  }

  @Bean
  GreetingAgent greetingAgent(Greetings greetings) {
    return new GreetingAgent(greetings);
  }

  @Bean
  MeterRegistry meters() {
    return new SimpleMeterRegistry();
  }

  @EventListener
  void hear(FatalReason reason) {
    FATAL.add(reason.kind().name());
  }

  /**
   * Starts it.
   *
   * @return answers questions by their names
   */
  public static Function<String, Object> start(Map<String, String> properties) {
    FATAL.clear();
    var arguments =
        properties.entrySet().stream()
            .map(property -> "--" + property.getKey() + "=" + property.getValue())
            .toArray(String[]::new);
    var context = SpringApplication.run(GreetingApplication.class, arguments);
    return question -> answer(context, question);
  }

  private static Object answer(ConfigurableApplicationContext context, String question) {
    return switch (question) {
      case "version" -> String.valueOf(SpringBootVersion.getVersion());
      case "active" -> context.isActive();
      case "fatal" -> List.copyOf(FATAL);
      case "greeted" -> List.copyOf(context.getBean(Greetings.class).greeted);
      case "health" -> health(context.getBean("sluiceHealthIndicator"));
      case "claims" ->
          context.getBean(MeterRegistry.class).get("sluice.worker.claims").counter().count();
      case "meters" -> context.getBean(MeterRegistry.class).getMeters().size();
      case "close" -> close(context);
      default -> throw new IllegalArgumentException(question);
    };
  }

  /** The types of health differ between the versions; what they say in words does not. */
  private static String health(Object indicator) {
    try {
      var health = indicator.getClass().getMethod("health");
      health.setAccessible(true);
      return String.valueOf(health.invoke(indicator));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean close(ConfigurableApplicationContext context) {
    context.close();
    return true;
  }
}
