package plan

// OutputMode says which rows of a streaming query a batch gives to the sink.
type OutputMode int

const (
	AppendMode   OutputMode = iota // rows that are final
	UpdateMode                     // rows that are new or have changed
	CompleteMode                   // all rows of the result
)

var outputModes = [...]string{"append", "update", "complete"}

func (m OutputMode) String() string { return outputModes[m] }
