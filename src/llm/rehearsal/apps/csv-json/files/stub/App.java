package csvjson;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

public final class App {
  public static void main(String[] arguments) {}

  public static int run(
      List<String> arguments, InputStream in, OutputStream out, OutputStream problems) {
    return 0;
  }
}
