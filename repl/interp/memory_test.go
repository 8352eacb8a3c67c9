package interp

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// An evaluation that is blocked when it is interrupted is left behind, and so are goroutines of snippets
	// that wait for it.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("gospark/repl/interp.(*Interp).perform.func1"), goleak.IgnoreAnyFunction("gospark/repl/interp.(*Interp).start.func1"))
}

// TestForgetsWhatIsDeclaredAgain declares large values and closures under the same names again and
// again: only the last ones may be kept.
func TestForgetsWhatIsDeclaredAgain(t *testing.T) {
	const size = 4 << 20
	con := newConsole(t)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for i := range 30 {
		text := fmt.Sprintf("x := make([]byte, %d); f := func(i int) byte { return x[i+%d] }", size, i)
		if err := con.Eval(context.Background(), Source{Text: text}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if after := heap(); after > before+6*size {
		t.Errorf("30 redefinitions of %d MB keep %d MB", size>>20, (after-before)>>20)
	}
}
