package @group@;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.testkit.TestKit;
import org.junit.jupiter.api.Test;

class @class@Test {
  private final TestKit kit = TestKit.of(new @class@());

  @Test
  void greetsWhereverItsWorkerDies() {
    var run = kit.submit(@class@.class, new @class@.Input("Ada")).run();

    assertEquals(new @class@.Output("Hello, Ada!", 11), run.output(@class@.Output.class));
    run.survivesCrashes();
  }
}
