package interp

import (
	"context"
	"embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gospark/repl/interp/testdata/bodies"
)

//go:embed testdata/bodies
var bodySources embed.FS

// TestBodies runs the functions of testdata/bodies compiled and as snippets, on the same input.
func TestBodies(t *testing.T) {
	con := newConsole(t)
	var text strings.Builder
	for _, f := range []string{"values.go", "control.go", "exotic.go", "rules.go"} {
		b, err := bodySources.ReadFile("testdata/bodies/" + f)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(b)
	}
	start := time.Now()
	if err := con.Eval(context.Background(), Source{Text: text.String(), File: "bodies.go"}, nil); err != nil {
		t.Fatal(err)
	}
	t.Logf("loaded in %v", time.Since(start))
	for name, compiled := range map[string]map[string]bodies.Case{"Values": bodies.Values, "Control": bodies.Control, "Exotic": bodies.Exotic, "Rules": bodies.Rules} {
		var interpreted map[string]func(int, string, []int) string
		err := con.Eval(context.Background(), Source{Text: name}, func(e Echo) {
			interpreted = e.Value.(map[string]func(int, string, []int) string)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range sortedNames(compiled) {
			t.Run(c, func(t *testing.T) { compareBodies(t, compiled[c], interpreted[c]) })
		}
	}
}

func compareBodies(t *testing.T, compiled, interpreted func(int, string, []int) string) {
	r := rand.New(rand.NewPCG(1, 2))
	texts := []string{"", "a", "abcz cab", "héllo 日本", "to be or not", "zzz"}
	for i := range 25 {
		x := int(r.Int32N(2000) - 1000)
		if i < 12 {
			x = i - 2
		}
		s := texts[r.IntN(len(texts))]
		xs := make([]int, r.IntN(6))
		for j := range xs {
			xs[j] = r.IntN(20)
		}
		want := strings.NewReplacer("gospark/repl/interp/testdata/bodies.", "main.", "bodies.", "main.").Replace(outcome(compiled, x, s, xs))
		if got := outcome(interpreted, x, s, xs); got != want {
			t.Fatalf("(%d, %q, %v)\n got %s\nwant %s", x, s, xs, got, want)
		}
	}
}

func outcome(f func(int, string, []int) string, x int, s string, xs []int) (res string) {
	defer func() {
		if r := recover(); r != nil {
			res = fmt.Sprint("panic: ", panicValue(r))
		}
	}()
	return f(x, s, append([]int(nil), xs...))
}
