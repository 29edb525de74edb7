package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/**
 * A process that ends leaves its group at once: one that stayed in it would be waited for, for the
 * six seconds of its session, by the one that takes its place.
 */
final class LeftGroupsIT {
  @Test
  void aGateAndACatalogThatEndLeaveTheirGroups() throws Exception {
    try (var bed = new HttpBed();
        var admin = Admin.create(bed.cluster.client())) {
      var gates = bed.cluster.prefix + "sluice-gate";
      var catalogs = bed.cluster.prefix + "sluice-catalog-0";
      assertThat(members(admin, gates)).isEqualTo(1);
      assertThat(members(admin, catalogs)).isEqualTo(1);

      bed.gate.close();
      bed.catalog.close();

      assertThat(members(admin, gates)).isZero();
      assertThat(members(admin, catalogs)).isZero();
    }
  }

  private static int members(Admin admin, String group)
      throws ExecutionException, InterruptedException {
    var described = admin.describeConsumerGroups(List.of(group)).describedGroups();
    return described.values().iterator().next().get().members().size();
  }
}
