package dev.sluice.http;

import dev.sluice.contract.Failures;
import dev.sluice.http.Progress.Phase;
import dev.sluice.http.message.Answer;
import dev.sluice.http.message.Problem;
import dev.sluice.http.message.Reply;
import dev.sluice.http.message.Request;
import dev.sluice.http.message.RequestHead;
import dev.sluice.http.message.Streamed;
import dev.sluice.http.route.CallerRules;
import dev.sluice.http.route.Route;
import dev.sluice.http.route.Routes;
import dev.sluice.http.wire.AnswerBytes;
import dev.sluice.http.wire.BodyReader;
import dev.sluice.http.wire.ByteBudget;
import dev.sluice.http.wire.HeadReader;
import dev.sluice.http.wire.Wire;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One caller's connection. It reads a request, answers it, and reads the next. */
final class Connection implements Runnable {
  private static final Duration FOR_EVER = Duration.ofDays(1);
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final int FIRST_ERROR = 400;
  private static final long MOST_SKIPPED = 16L * 1024 * 1024;
  // What a change is answered with always has room: it must not look as if it had been refused.
  private static final int SMALL_ANSWER = 8 * 1024;

  private final Socket socket;
  private final Service service;
  private final Connections all;
  private final Progress progress;
  private final Room room;
  private volatile Cut cut = Cut.NONE;
  private volatile @Nullable Thread thread;
  private volatile boolean served;
  private @Nullable RequestHead head;

  /** What is left to do when it answers with a stream. */
  private @Nullable Streaming streaming;

  /** Whether there may be bytes of the request that were not read. */
  private boolean unread;

  Connection(Socket socket, Service service, Connections all) {
    this.socket = socket;
    this.service = service;
    this.all = all;
    progress = new Progress(Phase.IDLE, service.config().limits().head());
    room = new Room(service, all, progress, () -> cut(Cut.ROOM));
  }

  private final class Watcher implements Wire.Watcher {
    @Override
    public void waits() {
      progress.waits();
    }

    @Override
    public void moves(int bytes) {
      progress.moves(bytes);
    }

    @Override
    public void keeps(int bytes) {
      room.keepWire(bytes);
    }
  }

  // --- its own thread

  private interface Part {
    void execute() throws IOException;
  }

  @Override
  public void run() {
    boolean streams = false;
    try {
      execute(this::exchangeAll);
      var stream = streaming;
      if (stream != null) {
        // It may last for hours: the thread it came by is for requests.
        Thread.ofVirtual().start(() -> stream(stream));
        streams = true;
      }
    } finally {
      if (!streams) {
        end();
      }
    }
  }

  private void stream(Streaming stream) {
    try {
      execute(stream::run);
    } finally {
      end();
    }
  }

  private void execute(Part part) {
    thread = Thread.currentThread();
    try {
      part.execute();
    } catch (IOException gone) {
      // the caller is no longer there, or was cut off
    } catch (RuntimeException | Error e) {
      service.connectionFailed(e);
    }
  }

  private void end() {
    try (socket) {
      room.keepOnly(0);
    } catch (IOException gone) {
      // it had ended
    } finally {
      all.remove(this);
      thread = null;
    }
  }

  private void exchangeAll() throws IOException {
    var wire = new Wire(socket, new Watcher());
    while (exchange(wire)) {
      wire.trim();
      room.keepOnly(wire.kept());
      served = true;
      progress.enter(Phase.IDLE, service.config().limits().idle());
    }
  }

  /** Whether another request may come. */
  private boolean exchange(Wire wire) throws IOException {
    if (!wire.awaitByte()) {
      return false;
    }
    progress.enter(Phase.HEAD, service.config().limits().head());
    room.expect(Room.UNKNOWN);
    unread = true;
    head = null;
    var answer = answer(wire);
    if (answer.status() >= FIRST_ERROR) {
      service.problems().accept(answer.status());
    }
    boolean headOnly = head != null && head.method().equals("HEAD");
    return switch (answer) {
      case Answer whole -> written(whole, headOnly, wire);
      case Streamed streamed -> {
        room.keepAnswer(0);
        boolean chunked = head != null && head.persistent();
        var within = service.config().limits().answer();
        var format = new Streaming.Format(chunked, headOnly);
        streaming = new Streaming(streamed, format, socket, wire, progress, within);
        yield false;
      }
    };
  }

  private boolean written(Answer answer, boolean headOnly, Wire wire) throws IOException {
    boolean goesOn = goesOn();
    write(answer, headOnly, goesOn, wire);
    if (unread) {
      closeGently(wire);
    }
    return goesOn && !room.hold().isLost();
  }

  private boolean goesOn() {
    return head != null
        && head.persistent()
        && !unread
        && cut == Cut.NONE
        && !room.hold().isLost()
        && !all.isDraining();
  }

  private Reply answer(Wire wire) throws IOException {
    try {
      var read = new HeadReader(wire).read();
      head = read;
      return read == null ? cut.ended("header", service.config()).answer() : answer(read, wire);
    } catch (Problem problem) {
      return problem.answer();
    }
  }

  private Reply answer(RequestHead head, Wire wire) throws IOException {
    long length = head.bodyLength();
    unread = length != 0;
    var found = service.routes().find(head.method(), head.target());
    return switch (found) {
      case Routes.Found.Options options -> {
        service.rules().check(head, socket.getLocalAddress());
        yield Answer.empty(204).with("Allow", options.allowed());
      }
      case Routes.Found.Match match ->
          match.route().probe()
              ? admitted(match, head, length, wire)
              : guarded(match, head, length, wire);
    };
  }

  private Reply guarded(Routes.Found.Match match, RequestHead head, long length, Wire wire)
      throws IOException {
    service.rules().check(head, socket.getLocalAddress());
    var from = socket.getInetAddress();
    var passage = service.guard().admit(match.route(), match.parameters(), head, from);
    Reply reply = null;
    try {
      reply = admitted(match, head, length, wire);
      return reply;
    } catch (Problem problem) {
      reply = problem.answer();
      throw problem;
    } finally {
      passage.answered(reply);
    }
  }

  private Reply admitted(Routes.Found.Match match, RequestHead head, long length, Wire wire)
      throws IOException {
    CallerRules.checkType(match.route().body(), head);
    CallerRules.checkQuery(match.route(), head.target());
    return execute(match, head, body(match.route(), head, length, wire));
  }

  private byte[] body(Route route, RequestHead head, long length, Wire wire) throws IOException {
    if (length > route.maxBody()) {
      throw BodyReader.tooLarge(route.maxBody());
    }
    if (length == 0) {
      return new byte[0];
    }
    progress.enter(Phase.BODY, service.config().limits().body());
    room.expect(length == RequestHead.CHUNKED ? route.maxBody() : length);
    BodyReader.answerExpectation(head, wire);
    byte[] body = new BodyReader(wire, route.maxBody(), room::keepBody).read(length);
    if (body == null) {
      throw cut.ended("body", service.config());
    }
    unread = false;
    return body;
  }

  private Reply execute(Routes.Found.Match match, RequestHead head, byte[] body) {
    var route = match.route();
    room.secure();
    progress.enter(Phase.WORKING, FOR_EVER);
    long before = room.hold().bytes();
    var request =
        new Request(head, match.parameters(), body, bytes -> room.reserve(before + bytes));
    if (route.probe()) {
      return handle(route, request);
    }
    var permits = request.query("wait") == null ? service.requests() : service.waits();
    if (!permits.tryAcquire()) {
      throw Problem.unavailable("too many requests are in progress; try again in a second");
    }
    try {
      var answer = handle(route, request);
      if (answer instanceof Answer whole && whole.body().length > SMALL_ANSWER) {
        room.reserve(before + whole.body().length);
      }
      return answer;
    } finally {
      permits.release();
    }
  }

  private Reply handle(Route route, Request request) {
    try {
      return route.handler().handle(request);
    } catch (Problem problem) {
      throw problem;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("the " + service.config().name() + " stops; ask again");
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      if (Failures.isFatal(e)) {
        service.failure().accept(e);
      }
      service.log().error("A request failed", e);
      throw Problem.internal("the " + service.config().name() + " failed; see its log");
    }
  }

  private void write(Answer answer, boolean headOnly, boolean goesOn, Wire wire)
      throws IOException {
    progress.enter(Phase.WRITING, service.config().limits().answer());
    room.keepAnswer(answer.body().length);
    wire.write(AnswerBytes.of(answer, headOnly, goesOn));
    if (!headOnly && AnswerBytes.isApart(answer)) {
      wire.write(answer.body());
    }
  }

  /**
   * Closing with unread bytes would tell the caller's system to throw away what it has not read of
   * the answer.
   */
  private void closeGently(Wire wire) throws IOException {
    progress.enter(Phase.CLOSING, CLOSING);
    room.keepOnly(0);
    socket.shutdownOutput();
    long skipped = 0;
    int count = 0;
    while (count >= 0 && skipped < MOST_SKIPPED && cut == Cut.NONE) {
      count = wire.skip();
      skipped += count;
    }
  }

  // --- other threads

  ByteBudget.Hold hold() {
    return room.hold();
  }

  long behindNanos(long nowNanos) {
    return progress.behindNanos(nowNanos);
  }

  /** Whether it has sent a whole request before. */
  boolean isServed() {
    return served;
  }

  boolean isIdle() {
    return progress.phase() == Phase.IDLE;
  }

  /** Whether it is given up, and will soon be gone. */
  boolean isCut() {
    return cut != Cut.NONE;
  }

  /** Whether only its caller can take it further, and has sent nothing that is not read yet. */
  boolean waitsForItsCaller(long nowNanos) {
    if (isCut() || !progress.isWaiting(nowNanos)) {
      return false;
    }
    try {
      return switch (progress.phase()) {
        case IDLE, HEAD, BODY -> socket.getInputStream().available() == 0;
        case WORKING, WRITING, CLOSING -> true;
      };
    } catch (IOException gone) {
      return true;
    }
  }

  /** Whether it stands still for now, and others with less to read come before it. */
  boolean comesAfter(Room.Want other, long nowNanos) {
    return room.want().isAfter(other) && (room.waits() || waitsForItsCaller(nowNanos));
  }

  void endIfLate(long nowNanos) {
    if (progress.isLate(nowNanos)) {
      cut(Cut.LATE);
    }
  }

  /** Ends what it waits for from its caller; what it executes goes on and is answered. */
  void cut(Cut reason) {
    cut = reason;
    try {
      switch (progress.phase()) {
        case IDLE, HEAD, BODY -> socket.shutdownInput();
        case WRITING, CLOSING -> socket.close();
        case WORKING -> {}
      }
    } catch (IOException gone) {
      // it had ended
    }
  }

  /** Ends it, whatever it does. */
  void abort() {
    var working = thread;
    try {
      socket.close();
    } catch (IOException gone) {
      // it had ended
    }
    if (working != null) {
      working.interrupt();
    }
  }
}
