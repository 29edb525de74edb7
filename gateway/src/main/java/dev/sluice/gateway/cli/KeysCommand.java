package dev.sluice.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.SluiceException;
import dev.sluice.gateway.keys.ApiKey;
import dev.sluice.gateway.keys.KeyChanges;
import dev.sluice.gateway.keys.KeyRecords;
import dev.sluice.gateway.keys.KeyRing;
import dev.sluice.gateway.keys.KeySpec;
import dev.sluice.gateway.keys.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice keys}. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(create | list | rotate | revoke)",
    description = {
      "Creates, lists, rotates and revokes API keys: at a gateway, with the key of an admin of all",
      "tenants, or with --bootstrap or --config on Kafka itself, which is how the first key is made."
    },
    subcommands = {
      KeysCommand.Create.class,
      KeysCommand.ListThem.class,
      KeysCommand.Rotate.class,
      KeysCommand.Revoke.class
    })
public final class KeysCommand implements Runnable {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "say create, list, rotate or revoke");
  }

  /** At a gateway, or on Kafka itself. */
  abstract static class Action extends ClientCommand {
    private static final Duration READ_WITHIN = Duration.ofSeconds(20);

    @Mixin private KafkaOptions kafka = new KafkaOptions();

    /** Does it on Kafka. */
    abstract JsonNode change(KeyRing ring, KeyChanges changes, long nowMs)
        throws InterruptedException;

    @Override
    public Integer call() throws IOException {
      if (!kafka.isGiven()) {
        return super.call();
      }
      var reached = kafka.read();
      try (var ring = new KeyRing(reached.kafka(), reached.prefix())) {
        ring.start();
        if (!ring.await(-1, READ_WITHIN)) {
          throw new IllegalStateException(ring.whyNot().orElse("the keys have not been read"));
        }
        var changes = new KeyChanges(reached.kafka(), reached.prefix(), ring);
        var done = change(ring, changes, System.currentTimeMillis());
        System.out.println(JSON.writeValueAsString(done));
        return CommandLine.ExitCode.OK;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return CommandLine.ExitCode.SOFTWARE;
      }
    }

    static JsonNode made(KeyChanges.@Nullable Made made) {
      if (made == null) {
        throw unknown();
      }
      return KeyRecords.shown(made.key()).put("key", made.text());
    }

    static SluiceException unknown() {
      return new SluiceException(404, "there is no key with this id");
    }
  }

  /** {@code sluice keys create}. */
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Creates a key and prints it, this once.")
  static final class Create extends Action {
    @Option(
        names = "--tenant",
        required = true,
        paramLabel = "TENANT",
        description = "The only tenant that the key is for; '*' for all tenants.")
    private String tenant = ApiKey.ALL;

    @Option(
        names = "--roles",
        split = ",",
        paramLabel = "ROLE",
        description = "submit, read, operate and admin, with commas; default submit,read.")
    private List<String> roles = List.of(Role.SUBMIT.text(), Role.READ.text());

    @Option(names = "--name", paramLabel = "NAME", description = "What people call it.")
    private String name = "";

    @Option(
        names = "--expires-in",
        paramLabel = "DURATION",
        description = "When it ends, as an ISO-8601 duration of PT1S to P3650D; default P365D.")
    private Duration expiresIn = KeySpec.LASTING;

    @Override
    JsonNode ask(GatewayJson client) {
      var spec = JSON.createObjectNode().put("tenant", tenant).put("name", name);
      put(spec, "roles", roles);
      return client.createKey(spec.put("expires_in", expiresIn.toString()));
    }

    @Override
    JsonNode change(KeyRing ring, KeyChanges changes, long nowMs) throws InterruptedException {
      return made(changes.create(new KeySpec(tenant, parsed(), name, expiresIn), nowMs));
    }

    private Set<Role> parsed() {
      var parsed = EnumSet.noneOf(Role.class);
      for (var text : roles) {
        parsed.add(
            Role.of(text)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "--roles: must be submit, read, operate or admin, got " + text)));
      }
      return parsed;
    }
  }

  /** {@code sluice keys list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Prints all keys that have not been revoked, without their secrets.")
  static final class ListThem extends Action {
    @Override
    JsonNode ask(GatewayJson client) {
      return client.keys();
    }

    @Override
    JsonNode change(KeyRing ring, KeyChanges changes, long nowMs) {
      return KeyRecords.shown(ring.all().values());
    }
  }

  /** {@code sluice keys rotate}. */
  @Command(
      name = "rotate",
      mixinStandardHelpOptions = true,
      description = "Creates a key with the rights of another, which ends, and prints it.")
  static final class Rotate extends Action {
    @Parameters(index = "0", paramLabel = "ID", description = "The id of the key that ends.")
    private String id = "";

    @Option(
        names = "--overlap",
        paramLabel = "DURATION",
        description = "How long the other one goes on, PT0S to P30D; default PT0S.")
    private Duration overlap = Duration.ZERO;

    @Override
    JsonNode ask(GatewayJson client) {
      ObjectNode body = JSON.createObjectNode().put("overlap", overlap.toString());
      return client.rotateKey(id, body);
    }

    @Override
    JsonNode change(KeyRing ring, KeyChanges changes, long nowMs) throws InterruptedException {
      return made(changes.rotate(id, overlap, nowMs));
    }
  }

  /** {@code sluice keys revoke}. */
  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      description = "Revokes a key; every gateway refuses it within seconds.")
  static final class Revoke extends Action {
    @Parameters(index = "0", paramLabel = "ID", description = "The key's id.")
    private String id = "";

    @Override
    JsonNode ask(GatewayJson client) {
      return client.revokeKey(id);
    }

    @Override
    JsonNode change(KeyRing ring, KeyChanges changes, long nowMs) throws InterruptedException {
      if (!changes.revoke(id)) {
        throw unknown();
      }
      return JSON.createObjectNode().put("id", id).put("revoked", true);
    }
  }
}
