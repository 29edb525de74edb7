package dev.sluice.local.model;

import dev.sluice.contract.Secrets;
import dev.sluice.sdk.NonRetryableException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A model's endpoint, from the environment of the process.
 *
 * @param baseUrl {@value #BASE_URL}, such as {@code https://api.openai.com/v1}
 * @param apiKey {@value #API_KEY}; servers that ask for none take any text
 * @param model {@value #MODEL}, which answers when a question names none
 */
public record Endpoint(URI baseUrl, String apiKey, String model) {
  public static final String BASE_URL = "OPENAI_BASE_URL";
  public static final String API_KEY = "OPENAI_API_KEY";
  public static final String MODEL = "OPENAI_MODEL";
  // Servers that ask for no key are given any text, which may be a word of what they say.
  private static final int LEAST_KEY = 8;
  private static final String DEFAULT_MODEL = "gpt-4o-mini";

  /** Returns whether somebody wants an endpoint to be used at all. */
  public static boolean isWanted(UnaryOperator<@Nullable String> environment) {
    return value(environment, BASE_URL) != null;
  }

  /**
   * Reads the environment.
   *
   * @throws NonRetryableException naming each variable that is missing or wrong
   */
  public static Endpoint from(UnaryOperator<@Nullable String> environment) {
    var baseUrl = value(environment, BASE_URL);
    var apiKey = value(environment, API_KEY);
    var missing = new ArrayList<String>();
    if (baseUrl == null) {
      missing.add(BASE_URL + " (such as https://api.openai.com/v1)");
    }
    if (apiKey == null) {
      missing.add(API_KEY + " (any text if the endpoint asks for none)");
    }
    if (baseUrl == null || apiKey == null) {
      throw new NonRetryableException(
          "not set in the runner's environment: " + String.join(", ", missing));
    }
    var model = value(environment, MODEL);
    return new Endpoint(uri(baseUrl), apiKey, Objects.requireNonNullElse(model, DEFAULT_MODEL));
  }

  /** The newest models of the provider itself know the limit under its new name alone. */
  boolean limitsCompletionTokens() {
    return "api.openai.com".equals(baseUrl.getHost());
  }

  private static @Nullable String value(
      UnaryOperator<@Nullable String> environment, String variable) {
    var value = environment.apply(variable);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static URI uri(String text) {
    try {
      var uri = new URI(text);
      boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (isHttp && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new NonRetryableException(
          BASE_URL
              + " must be an http or https URL: "
              + Secrets.masked(String.valueOf(e.getMessage())));
    }
    throw new NonRetryableException(
        BASE_URL + " must be an http or https URL, got '" + Secrets.masked(text) + "'");
  }

  /** A text without the key, which some providers quote, and without other secrets. */
  String withoutSecrets(String text) {
    var shown = apiKey.length() < LEAST_KEY ? text : text.replace(apiKey, Secrets.MASK);
    return Secrets.masked(shown);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return Secrets.masked(baseUrl + " (" + model + ")");
  }
}
