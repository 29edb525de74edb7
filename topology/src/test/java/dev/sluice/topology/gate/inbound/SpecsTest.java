package dev.sluice.topology.gate.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.v1.TenantLimits;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

final class SpecsTest {
  /** A record whose fields are all set, those that are added one day too. */
  private static TenantLimits full() {
    var limits = TenantLimits.newBuilder().setTenant("acme").build();
    for (var field : TenantLimits.getClassSchema().getFields()) {
      limits.put(field.pos(), value(field));
    }
    return limits;
  }

  private static Object value(Schema.Field field) {
    var type =
        field.schema().isUnion()
            ? field.schema().getTypes().getLast().getType()
            : field.schema().getType();
    return switch (type) {
      case STRING -> "acme";
      case INT -> 1_000 + field.pos();
      case DOUBLE -> 0.5 + field.pos();
      case BOOLEAN -> true;
      case LONG -> 0L;
      default -> throw new AssertionError("a type that no field had: " + type);
    };
  }

  /** The gate appends them again after what it refused: nothing but their condition may be lost. */
  @Test
  void limitsThatAreAppendedAgainAreTheOnesInForce() {
    var limits = full();
    limits.put("expected", null);

    assertThat(Specs.limits("acme", Specs.of(limits))).isEqualTo(limits);
  }
}
