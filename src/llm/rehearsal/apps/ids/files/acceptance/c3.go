package tests

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

func TestC3Service(t *testing.T) {
	program := filepath.Join(t.TempDir(), "ids")
	if printed, err := exec.Command("go", "build", "-o", program, "..").CombinedOutput(); err != nil {
		t.Fatalf("the program is not built: %s", printed)
	}
	server := exec.Command(program, "serve")
	server.Env = append(os.Environ(), "PORT=0")
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(line)
	if address == "" {
		_ = server.Wait()
		t.Fatalf("it does not say where it listens, but %q", line)
	}
	defer func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		if err := server.Wait(); err != nil {
			t.Errorf("told to stop, it ended with %v", err)
		}
	}()
	asked := func(path string) (int, string) {
		answer, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, string(body)
	}

	t.Run("new ids are handed out, and each is one", func(t *testing.T) {
		status, body := asked("/new?kind=ordered&count=3")
		ids := strings.Fields(body)
		if status != 200 || len(ids) != 3 {
			t.Fatalf("%d %q", status, body)
		}
		for _, id := range ids {
			status, body := asked("/check/" + id)
			var facts struct {
				ID      string
				Version int
			}
			if err := json.Unmarshal([]byte(body), &facts); err != nil || status != 200 || facts.ID != id || facts.Version != 7 {
				t.Errorf("%d %q", status, body)
			}
		}
	})

	t.Run("what is wrong is refused with a status and a reason", func(t *testing.T) {
		for path, expected := range map[string]int{"/check/hello": 400, "/new?count=0": 400, "/nothing": 404} {
			status, body := asked(path)
			var refusal struct{ Error string }
			if err := json.Unmarshal([]byte(body), &refusal); err != nil || status != expected || refusal.Error == "" {
				t.Errorf("%s: %d %q", path, status, body)
			}
		}
	})
}
