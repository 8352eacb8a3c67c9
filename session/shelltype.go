package session

import "fmt"

// What the shell shows in place of Go's names of types. They have no ShellString when the type says all there is to say.

// ShellType is the type as the shell shows it.
func (s *SparkSession) ShellType() string { return "SparkSession" }

// ShellType is the type as the shell shows it.
func (sc *SparkContext) ShellType() string { return "SparkContext" }

// ShellType is the type as the shell shows it.
func (ssc *StreamingContext) ShellType() string { return "StreamingContext" }

// ShellType is the type as the shell shows it.
func (b *Broadcast) ShellType() string {
	if v := b.value.Load(); v != nil {
		return fmt.Sprintf("Broadcast[%T]", *v)
	}
	return "Broadcast"
}

// ShellString is what the shell shows beside the type.
func (b *Broadcast) ShellString() string { return b.String() }
