/** What services that submit runs are compiled against: typed records, over HTTP or Kafka. */
@NullMarked
package dev.sluice.client;

import org.jspecify.annotations.NullMarked;
