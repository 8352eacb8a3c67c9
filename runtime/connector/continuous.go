package connector

// A Continuous relation can be read record by record: its sources give what comes at once, in small steps, and are woken
// rather than asked.
type Continuous interface {
	Relation
	Continuous()
}

// A Prompt sink passes rows on as they come, or has nothing to gain from more of them: it can be written record by
// record. Its numbered batches are the epochs of a continuous query.
type Prompt interface {
	Sink
	Prompt()
}

// A Flusher is a Writer that gathers rows. Flush sends off what it has and need not wait until that has arrived, which
// Commit does.
type Flusher interface {
	Flush() error
}
