package tests

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestC2Check(t *testing.T) {
	program := filepath.Join(t.TempDir(), "ids")
	if printed, err := exec.Command("go", "build", "-o", program, "..").CombinedOutput(); err != nil {
		t.Fatalf("the program is not built: %s", printed)
	}
	checked := func(id string) (int, string, string) {
		var out, problems bytes.Buffer
		command := exec.Command(program, "check", id)
		command.Stdout, command.Stderr = &out, &problems
		var ended *exec.ExitError
		if err := command.Run(); err != nil && !errors.As(err, &ended) {
			t.Fatal(err)
		}
		return command.ProcessState.ExitCode(), out.String(), problems.String()
	}

	t.Run("an id says its version, and an ordered one its time", func(t *testing.T) {
		code, out, _ := checked("0190163D-8694-739B-AEA5-966C26F8AD91")
		if code != 0 || !strings.Contains(out, "0190163d-8694-739b-aea5-966c26f8ad91") || !strings.Contains(out, "version 7") || !strings.Contains(out, "2024-06-14T") {
			t.Errorf("exit code %d, %q", code, out)
		}
		code, out, _ = checked("9b2fe1a4-6e0c-4a51-8d3b-0c9f5c7e2d10")
		if code != 0 || !strings.Contains(out, "version 4") {
			t.Errorf("exit code %d, %q", code, out)
		}
	})

	t.Run("what is not in the usual form ends with 1 and a reason", func(t *testing.T) {
		for _, text := range []string{
			"apple",
			"9b2fe1a46e0c4a518d3b0c9f5c7e2d10",
			"x9b2fe1a4-6e0c-4a51-8d3b-0c9f5c7e2d10y",
			"urn:uuid:9b2fe1a4-6e0c-4a51-8d3b-0c9f5c7e2d10",
			"9b2fe1a4-6e0c-4a51-8d3b-0c9f5c7e2d1z",
			"00000000-0000-0000-0000-000000000000",
		} {
			if code, out, problems := checked(text); code != 1 || out != "" || strings.TrimSpace(problems) == "" {
				t.Errorf("%q: exit code %d, %q, %q", text, code, out, problems)
			}
		}
	})
}
