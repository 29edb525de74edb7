package dev.sluice.verification;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What a link into a Markdown page may name: its headings, as GitHub does, and its own anchors. */
final class Anchors {
  private static final Pattern HEADING = Pattern.compile(" {0,3}#{1,6}\\s+(.*?)\\s*#*");
  private static final Pattern OWN = Pattern.compile("<a id=\"([^\"]+)\">");
  private static final Pattern LINK = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");
  private static final Pattern DROPPED = Pattern.compile("[^\\p{L}\\p{M}\\p{N}_\\- ]");

  private Anchors() {}

  static Set<String> of(String page) {
    var anchors = new HashSet<String>();
    var times = new HashMap<String, Integer>();
    boolean isCode = false;
    for (var line : page.lines().toList()) {
      isCode ^= line.strip().startsWith("```");
      if (isCode) {
        continue;
      }
      OWN.matcher(line).results().forEach(own -> anchors.add(own.group(1)));
      var heading = HEADING.matcher(line);
      if (heading.matches()) {
        var slug = slug(heading.group(1));
        int before = times.merge(slug, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? slug : slug + "-" + before);
      }
    }
    return anchors;
  }

  /** Lower case without punctuation, a hyphen for each space. */
  private static String slug(String heading) {
    var text = LINK.matcher(heading).replaceAll("$1").toLowerCase(Locale.ROOT);
    return DROPPED.matcher(text).replaceAll("").replace(' ', '-');
  }
}
