import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import csvjson.App;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** C3: what is no table is refused in one sentence, and nothing is written. */
class AcceptanceC3Test {
  private int code;
  private String out;
  private String problems;

  private void run(byte[] in, String... arguments) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    code = App.run(List.of(arguments), new ByteArrayInputStream(in), printed, complained);
    out = printed.toString(UTF_8);
    problems = complained.toString(UTF_8);
  }

  private void refused(int expected, byte[] in, String... arguments) throws Exception {
    run(in, arguments);
    assertEquals(expected, code, problems);
    assertEquals("", out);
    assertFalse(problems.isBlank());
    assertFalse(problems.contains("Exception"), problems);
  }

  @Test
  void aRowThatDoesNotFitTheNames() throws Exception {
    refused(1, "a,b\n1,2,3\n".getBytes(UTF_8));
    refused(1, "a,b\n1,2\n3\n".getBytes(UTF_8));
  }

  @Test
  void namesThatAreTheSame() throws Exception {
    refused(1, "a,b,a\n1,2,3\n".getBytes(UTF_8));
  }

  @Test
  void aQuoteThatDoesNotEnd() throws Exception {
    refused(1, "a\n\"open\n".getBytes(UTF_8));
  }

  @Test
  void whatIsNoText() throws Exception {
    refused(1, new byte[] {'a', '\n', (byte) 0xC3, (byte) 0x28});
  }

  @Test
  void aFileThatIsNotThere() throws Exception {
    refused(1, new byte[0], "no-such-file.csv");
  }

  @Test
  void anOptionThatIsUnknown() throws Exception {
    refused(2, new byte[0], "--loud");
  }
}
