package dev.sluice.schemas.topic;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** Maps tenants to gate partitions. */
public final class TenantPartitions {
  private TenantPartitions() {}

  /** Kafka's default partitioner on the tenant in UTF-8: murmur2, without the sign, modulo. */
  public static int of(String tenant, int partitions) {
    byte[] key = tenant.getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }
}
