package tests

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestC4Refusals(t *testing.T) {
	program := filepath.Join(t.TempDir(), "ids")
	if printed, err := exec.Command("go", "build", "-o", program, "..").CombinedOutput(); err != nil {
		t.Fatalf("the program is not built: %s", printed)
	}
	for _, args := range [][]string{
		{},
		{"dance"},
		{"check"},
		{"new", "-kind", "green"},
		{"new", "-count", "0"},
		{"new", "-count", "1001"},
		{"new", "-count", "several"},
	} {
		var out, problems bytes.Buffer
		command := exec.Command(program, args...)
		command.Stdout, command.Stderr = &out, &problems
		_ = command.Run()
		code, said := command.ProcessState.ExitCode(), problems.String()
		if code != 2 || out.Len() > 0 || strings.TrimSpace(said) == "" || strings.Contains(said, "goroutine") {
			t.Errorf("%q: exit code %d, %q, %q", args, code, &out, said)
		}
	}
}
