package tests

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
)

func TestC1NewIDs(t *testing.T) {
	program := filepath.Join(t.TempDir(), "ids")
	if printed, err := exec.Command("go", "build", "-o", program, "..").CombinedOutput(); err != nil {
		t.Fatalf("the program is not built: %s", printed)
	}
	made := func(args ...string) []string {
		var out bytes.Buffer
		command := exec.Command(program, append([]string{"new"}, args...)...)
		command.Stdout = &out
		if err := command.Run(); err != nil {
			t.Errorf("new %v: %v", args, err)
		}
		return strings.Fields(out.String())
	}

	t.Run("one random id is made when nothing else is said", func(t *testing.T) {
		ids := made()
		if len(ids) != 1 || !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(ids[0]) {
			t.Errorf("made were %q", ids)
		}
	})

	t.Run("ordered ids are in order and all different", func(t *testing.T) {
		ids := made("-kind", "ordered", "-count", "200")
		if len(ids) != 200 || !sort.StringsAreSorted(ids) {
			t.Fatalf("made were %d, sorted: %v", len(ids), sort.StringsAreSorted(ids))
		}
		for at := 1; at < len(ids); at++ {
			if ids[at] == ids[at-1] {
				t.Errorf("%s was made twice", ids[at])
			}
		}
	})
}
