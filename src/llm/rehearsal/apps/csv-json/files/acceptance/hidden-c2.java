import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import csvjson.App;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** C2: numbers, truth and nothing are what they are in JSON, and nothing else is. */
class HiddenC2Test {
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

  private void becomes(String json, String cell) throws Exception {
    run(("cell,end\n" + cell + ",end\n").getBytes(UTF_8));
    assertEquals("[{\"cell\":" + json + ",\"end\":\"end\"}]", out.replaceAll("\\s", ""));
  }

  @Test
  void whatJsonHasAKindForIsOfThatKind() throws Exception {
    becomes("0", "0");
    becomes("-17", "-17");
    becomes("3.140", "3.140");
    becomes("true", "true");
    becomes("false", "false");
    becomes("null", "");
  }

  @Test
  void everythingElseIsAText() throws Exception {
    becomes("\"01067\"", "01067");
    becomes("\"-01\"", "-01");
    becomes("\"+4930123\"", "+4930123");
    becomes("\"12345678901234567890\"", "12345678901234567890");
    becomes("\"1-2\"", "1-2");
    becomes("\"TRUE\"", "TRUE");
  }
}
