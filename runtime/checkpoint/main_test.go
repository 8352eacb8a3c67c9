package checkpoint

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// holdDir is the checkpoint that this program opens and holds until it is killed, when it is run as a test's child.
const holdDir = "CHECKPOINT_HOLD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holdDir); dir != "" {
		if _, err := Open(dir, Options{}); err != nil {
			os.Stdout.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Stdout.WriteString("held\n")
		os.Stdin.Read(make([]byte, 1)) // until the parent is gone
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}
