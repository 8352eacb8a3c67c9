package builtins

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A seed makes the same records every time, and another seed others.
func TestGenIsReproducible(t *testing.T) {
	for kind, s := range samples {
		text := func(args string) string {
			a, err := parseGen(kind + " 10 " + args)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for i := range 200 {
				l := s.line(a.series(), i)
				if s.schema != "" {
					var v struct{ TS time.Time }
					if err := json.Unmarshal([]byte(l), &v); err != nil {
						t.Fatalf("%s: %v in %s", kind, err, l)
					}
					due := seriesStart.Add(time.Duration(i) * time.Second / 10)
					if a.seeded && (v.TS.After(due) || v.TS.Before(due.Add(-lateBy))) {
						t.Errorf("%s: record %d is of %v, want up to %v before %v", kind, i, v.TS, lateBy, due)
					}
				}
				lines = append(lines, l)
			}
			return strings.Join(lines, "\n")
		}
		first := text("seed=7")
		if again := text("seed=7"); again != first {
			t.Errorf("%s: not the same with the same seed", kind)
		}
		if text("seed=8") == first {
			t.Errorf("%s: the same with another seed", kind)
		}
	}
}

func TestGenArguments(t *testing.T) {
	for args, want := range map[string]string{
		"click":               `gen: no kind "click"; did you mean clicks?`,
		"movies":              `gen: no kind "movies"; there are clicks, numbers, sensors, tweets, words`,
		"words often to 9999": `"often" is none of that`,
		"words 0":             `"0" is none of that`,
		"words NaN":           `"NaN" is none of that`,
		"words count=-1":      `"count=-1" is none of that`,
		"words seed=x":        `"seed=x" is none of that`,
	} {
		if _, err := parseGen(args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", args, err, want)
		}
	}
	a, err := parseGen("sensors 2.5 to ./x servers=h:1 seed=3 count=4")
	if want := (asked{"sensors", "./x", "servers=h:1", 2.5, 3, true, 4}); err != nil || a != want {
		t.Errorf("%v, %v, want %v", a, err, want)
	}
}

// All that was asked for is sent, once, in order, at whatever rate; what fails ends it.
func TestGenSends(t *testing.T) {
	c := &Commands{}
	a, err := parseGen("clicks 5000 to " + filepath.Join(t.TempDir(), "clicks") + " seed=1 count=120")
	if err != nil {
		t.Fatal(err)
	}
	send, end, err := c.target(nil, a)
	if err != nil {
		t.Fatal(err)
	}
	g := &generation{}
	if err := g.run(t.Context(), a, send); err != nil {
		t.Fatal(err)
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(a.to)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(lines) != 120 || g.sent.Load() != 120 {
		t.Fatalf("%d lines, %d sent", len(lines), g.sent.Load())
	}
	for i, l := range lines {
		if want := samples["clicks"].line(a.series(), i); l != want {
			t.Fatalf("line %d is %s, want %s", i, l, want)
		}
	}
	broken := &generation{}
	if err := broken.run(t.Context(), a, func(context.Context, []string) error { return os.ErrClosed }); err != os.ErrClosed || broken.sent.Load() != 0 {
		t.Errorf("%v after %d", err, broken.sent.Load())
	}
	ctx, cancel := context.WithCancel(t.Context())
	a.count, a.rate = 0, 1
	endless := &generation{}
	if err := endless.run(ctx, a, func(context.Context, []string) error { cancel(); return nil }); err != nil {
		t.Error(err)
	}
}
