package dev.sluice.gateway.access;

import dev.sluice.contract.Texts;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Reply;
import dev.sluice.http.message.RequestHead;
import dev.sluice.http.route.Guard;
import dev.sluice.http.route.Route;
import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets in whoever shows a credential with the right that the route asks for. For a caller of one
 * tenant no other tenant exists: what is asked of another is refused before anything is looked up,
 * in the same words and time for those that exist and those that do not.
 */
public final class Door implements Guard {
  private static final String SCHEME = "Bearer ";
  private static final String CHALLENGE = "Bearer realm=\"sluice\"";

  private final Callers callers;
  private final Audit audit;

  public Door(Callers callers, Audit audit) {
    this.callers = callers;
    this.audit = audit;
  }

  /**
   * An answer to a credential that is not good.
   *
   * @param error a word of RFC 6750 §3.1
   */
  static Problem unauthorized(String detail, String error) {
    return Problem.unauthorized(detail, CHALLENGE + ", error=\"" + error + "\"");
  }

  @Override
  public Passage admit(
      Route route, Map<String, String> parameters, RequestHead head, @Nullable InetAddress from) {
    var right = Rights.of(route);
    var caller = callers.recognise(token(head.headers().one("authorization")));
    var entry =
        new Audit.Entry(
            caller.name(),
            Rights.name(route),
            parameters.getOrDefault("tenant", ""),
            subject(parameters),
            from == null ? "" : from.getHostAddress());
    try {
      check(caller, right, parameters.get("tenant"));
    } catch (Problem refused) {
      audit.write(entry, refused.status());
      throw refused;
    }
    return right.changes() ? answer -> note(entry, answer) : Passage.UNWATCHED;
  }

  private void note(Audit.Entry entry, @Nullable Reply answer) {
    if (answer == null) {
      audit.write(entry, Audit.UNANSWERED);
      return;
    }
    var made = answer.headers().get("Location");
    audit.write(made == null ? entry : entry.about(lastPart(made)), answer.status());
  }

  /** What a request made is named by the answer alone. */
  private static String lastPart(String location) {
    int query = location.indexOf('?');
    var path = query < 0 ? location : location.substring(0, query);
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String token(@Nullable String authorization) {
    if (authorization == null) {
      throw Problem.unauthorized(
          "show an API key or a token in the header Authorization: Bearer …", CHALLENGE);
    }
    if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw Problem.unauthorized("Authorization must begin with Bearer", CHALLENGE);
    }
    return authorization.substring(SCHEME.length()).strip();
  }

  private static String subject(Map<String, String> parameters) {
    for (var name : new String[] {"run", "id", "name"}) {
      var value = parameters.get(name);
      if (value != null) {
        return value;
      }
    }
    return "";
  }

  private static void check(Caller caller, Right right, @Nullable String tenant) {
    if (!caller.isOfAllTenants()) {
      if (tenant != null && !tenant.equals(caller.tenant())) {
        throw Problem.notFound("there is no tenant " + Texts.quoted(tenant) + " for this caller");
      }
      if (right.scope() == Right.Scope.ALL) {
        throw forbidden("this is for callers of all tenants, and the caller is of one");
      }
    }
    if (!caller.has(right.role())) {
      throw forbidden("the caller needs the role " + right.role().text());
    }
  }

  private static Problem forbidden(String detail) {
    return Problem.forbidden(detail, CHALLENGE + ", error=\"insufficient_scope\"");
  }
}
