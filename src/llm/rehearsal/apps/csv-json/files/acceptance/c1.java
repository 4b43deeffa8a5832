import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import csvjson.App;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C1: every row becomes an object, of a file and of what comes in. */
class AcceptanceC1Test {
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

  private static final String CSV =
      "name,city\nAna,\"Porto, old town\"\n\"Bo \"\"Bob\"\" Ek\",Åbo\n";
  private static final String JSON =
      "[{\"name\":\"Ana\",\"city\":\"Porto,oldtown\"},{\"name\":\"Bo\\\"Bob\\\"Ek\",\"city\":\"Åbo\"}]";

  @Test
  void whatComesInIsConverted() throws Exception {
    run(CSV.getBytes(UTF_8));
    assertEquals(JSON, out.replaceAll("\\s", ""));
    assertEquals(0, code);
  }

  @Test
  void aFileIsConverted(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("people.csv"), CSV);
    run(new byte[0], file.toString());
    assertEquals(JSON, out.replaceAll("\\s", ""));
    assertEquals(0, code);
  }
}
