package dev.sluice.bench.deployed;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** A broker process's own counters, read over JMX. */
final class BrokerCounters implements AutoCloseable {
  private static final String TOPICS = "kafka.server:type=BrokerTopicMetrics,name=";
  private static final String REQUESTS =
      "kafka.network:type=RequestMetrics,name=RequestsPerSec,request=*,*";

  /** Kafka counts a fetch under this name and under that of a consumer's or a follower's. */
  private static final String COUNTED_TWICE = "Fetch";

  /**
   * Counters since its start.
   *
   * @param bytesIn of producers, as they stand in the log
   * @param bytesOut to consumers
   * @param requests of any kind
   */
  record Counts(long bytesIn, long bytesOut, long requests) {
    Counts since(Counts earlier) {
      return new Counts(
          bytesIn - earlier.bytesIn, bytesOut - earlier.bytesOut, requests - earlier.requests);
    }
  }

  private final JMXConnector connector;
  private final MBeanServerConnection beans;

  @SuppressWarnings("BanJNDI") // It connects to a child of this process, through its own address.
  BrokerCounters(long pid) {
    try {
      var machine = VirtualMachine.attach(Long.toString(pid));
      try {
        connector =
            JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
        beans = connector.getMBeanServerConnection();
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException | IOException e) {
      throw new IllegalStateException("cannot ask the broker, process " + pid, e);
    }
  }

  Counts read() {
    try {
      long requests = 0;
      for (var name : beans.queryNames(new ObjectName(REQUESTS), null)) {
        if (!COUNTED_TWICE.equals(name.getKeyProperty("request"))) {
          requests += count(name);
        }
      }
      return new Counts(
          count(new ObjectName(TOPICS + "BytesInPerSec")),
          count(new ObjectName(TOPICS + "BytesOutPerSec")),
          requests);
    } catch (JMException | IOException e) {
      throw new IllegalStateException("the broker does not tell its counters", e);
    }
  }

  private long count(ObjectName name) throws JMException, IOException {
    return ((Number) beans.getAttribute(name, "Count")).longValue();
  }

  @Override
  public void close() {
    try {
      connector.close();
    } catch (IOException e) {
      // It has gone.
    }
  }
}
