// Package checkpoint is the directory a streaming query goes on from after a restart. The layout and the texts are
// Spark's:
//
//	metadata            {"id":"…"}: the query's id, the same for ever
//	offsets/N           what batch N reads, written before it runs
//	commits/N           that batch N is finished
//	sources/<i>         what source i keeps for itself
//	state/              the state of the stateful operators (package state)
//	lock                which process uses the directory; ours, Spark has none
//
// The last batch with offsets but without a commit is run again with the same offsets; offsets/N+1 says as well as
// commits/N that N is finished. A file appears under its name only when it is whole, and on disk unless it can be done
// without; one that is damaged all the same, such as by a copy that was cut off, is passed over and counted when it is the
// last of its log, and is an error that names it where it is needed.
package checkpoint
