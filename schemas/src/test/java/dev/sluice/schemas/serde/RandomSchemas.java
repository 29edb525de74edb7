package dev.sluice.schemas.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.avro.Schema;

/** Writers' schemas: what may become of one of ours in strangers' hands. */
final class RandomSchemas {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SplittableRandom random;

  RandomSchemas(SplittableRandom random) {
    this.random = random;
  }

  /** The text of a schema of our type's name, or of something like it. */
  String near(Schema ours) {
    try {
      var root = JSON.readTree(ours.toString());
      for (int i = random.nextInt(4); i >= 0; i--) {
        change(root);
      }
      var text = root.toString();
      return random.nextInt(20) == 0 ? damaged(text) : text;
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private String damaged(String text) {
    int from = random.nextInt(text.length());
    int to = Math.min(text.length(), from + random.nextInt(40));
    var piece = text.substring(random.nextInt(text.length()));
    return text.substring(0, from)
        + piece.substring(0, Math.min(piece.length(), random.nextInt(40)))
        + text.substring(to);
  }

  private void change(JsonNode root) {
    var records = new ArrayList<ObjectNode>();
    collect(root, records);
    var record = records.get(random.nextInt(records.size()));
    var fields = (ArrayNode) record.get("fields");
    int at = fields.isEmpty() ? 0 : random.nextInt(fields.size());
    switch (random.nextInt(6)) {
      case 0, 1, 2 -> fields.insert(at, field(type(0, names(records))));
      case 3 -> {
        if (!fields.isEmpty()) {
          fields.remove(at);
        }
      }
      case 4 -> {
        if (!fields.isEmpty()) {
          ((ObjectNode) fields.get(at)).set("type", type(0, names(records)));
        }
      }
      default -> {
        if (fields.size() > 1) {
          fields.add(fields.remove(at));
        }
      }
    }
  }

  private static List<String> names(List<ObjectNode> records) {
    return records.stream().map(record -> record.get("name").asText()).toList();
  }

  private static void collect(JsonNode node, List<ObjectNode> records) {
    if (node instanceof ObjectNode object && object.path("fields").isArray()) {
      records.add(object);
    }
    node.forEach(child -> collect(child, records));
  }

  private ObjectNode field(JsonNode type) {
    var field = JSON.createObjectNode().put("name", "f" + Math.abs(random.nextInt()));
    field.set("type", type);
    return field;
  }

  private JsonNode type(int depth, List<String> known) {
    return switch (random.nextInt(depth > 3 ? 8 : 14)) {
      case 0 -> JSON.getNodeFactory().textNode("null");
      case 1 -> JSON.getNodeFactory().textNode("string");
      case 2 -> JSON.getNodeFactory().textNode("long");
      case 3 -> JSON.getNodeFactory().textNode("int");
      case 4 -> JSON.getNodeFactory().textNode(random.nextBoolean() ? "double" : "boolean");
      case 5 -> JSON.getNodeFactory().textNode("bytes");
      case 6 -> JSON.getNodeFactory().textNode(known.get(random.nextInt(known.size())));
      case 7 ->
          named("fixed").put("size", random.nextBoolean() ? random.nextInt(20) : random.nextInt());
      case 8, 9 ->
          JSON.createObjectNode().put("type", "array").set("items", type(depth + 1, known));
      case 10 -> JSON.createObjectNode().put("type", "map").set("values", type(depth + 1, known));
      case 11 -> chain();
      case 12 -> {
        var union = JSON.createArrayNode().add("null");
        for (int i = random.nextInt(3); i >= 0; i--) {
          union.add(type(depth + 2, known));
        }
        yield union;
      }
      default -> {
        var record = named("record");
        var fields = record.putArray("fields");
        for (int i = random.nextInt(4); i > 0; i--) {
          fields.add(field(type(depth + 1, known)));
        }
        yield record;
      }
    };
  }

  private ObjectNode named(String type) {
    return JSON.createObjectNode().put("type", type).put("name", "T" + Math.abs(random.nextInt()));
  }

  /** Records that each hold the next one twice. */
  private JsonNode chain() {
    var last = named("record");
    last.putArray("fields");
    for (int i = random.nextInt(30); i > 0; i--) {
      var next = named("record");
      var second = JSON.getNodeFactory().textNode(last.get("name").asText());
      next.putArray("fields").add(field(last)).add(field(second));
      last = next;
    }
    return last;
  }
}
