package dev.sluice.topology.stored;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.contract.Bounds;

/**
 * Reads and writes the JSON in our stores: records by their fields. Everything that can be written
 * can be read back. The library's reader has limits that its writer does not have, such as 50,000
 * characters for a name; this reader accepts whatever fits into a record.
 */
public final class StoredJson {
  private static final int MAX_DEPTH = 100;

  private StoredJson() {}

  /** To be made narrower by each codec. */
  public static JsonMapper.Builder mapper() {
    var factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNameLength(Bounds.INTERNAL_RECORD_BYTES)
                    .maxStringLength(Bounds.INTERNAL_RECORD_BYTES)
                    .maxNestingDepth(MAX_DEPTH)
                    .build())
            .streamWriteConstraints(
                StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();
    return JsonMapper.builder(factory)
        .visibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
        .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
        .visibility(PropertyAccessor.CREATOR, JsonAutoDetect.Visibility.ANY)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }
}
