import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import csvjson.App;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** C4: other characters between cells, and an object on each line. */
class HiddenC4Test {
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

  @Test
  void eachObjectHasItsLine() throws Exception {
    run("id,note\n1,\"a\nb\"\n2,\n".getBytes(UTF_8), "--lines");
    assertEquals(
        List.of("{\"id\":1,\"note\":\"a\\nb\"}", "{\"id\":2,\"note\":null}"), out.lines().toList());
  }

  @Test
  void cellsAreDividedAsIsSaid() throws Exception {
    run("a|b\n1,5|2\n".getBytes(UTF_8), "--delimiter", "|");
    assertEquals("[{\"a\":\"1,5\",\"b\":2}]", out.replaceAll("\\s", ""));
    run("a\tb\nx\ty\n".getBytes(UTF_8), "--lines", "--delimiter", "tab");
    assertEquals("{\"a\":\"x\",\"b\":\"y\"}", out.strip());
  }

  @Test
  void whatCannotDivideIsRefused() throws Exception {
    for (String delimiter : List.of("", "::", "\"")) {
      run("a\n1\n".getBytes(UTF_8), "--delimiter", delimiter);
      assertEquals(2, code, delimiter);
      assertEquals("", out);
    }
  }
}
