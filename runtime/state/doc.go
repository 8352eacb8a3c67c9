// Package state keeps what the stateful operators of a streaming query remember from batch to batch, so that it
// survives a restart: keyed, versioned, partitioned as the operators' input is.
//
// A [Provider] holds the state of one query. Each operator has a [Store] in each of its partitions; a store has named
// tables, and a [Table] maps a slot and a key to a value. Keys and values are bytes; package rowcodec makes them of rows.
// A slot is a number that keys live and die under, such as the end of a window in microseconds (0 when there is no
// time): all keys of a slot can be listed or dropped at once, at a cost that does not depend on how many there are.
// Slots are meant to be coarse, some hundreds at a time: whoever has finer times groups them and keeps the exact one in
// the value.
//
// Version n is the state after batch n-1; version 0 is empty. The tasks of batch n open their stores at version n and
// change them; when the sink has committed the batch, [Provider.Commit] makes the changes of all stores version n+1 at
// once. [Store.Abort] forgets the changes of a task, and so does opening the store again: a failed task is retried on
// what was there before it.
//
// On disk a version is one file, <version>.state, that holds what all stores changed and a part of what they did not, so
// that reading a version takes a bounded number of files before it and no batch has to write everything (rolling, file).
// The file operators records what the state looks like: [Provider.Check] refuses a query that does not fit, and
// [Provider.Rehash] spreads an operator's state over another number of partitions. A file that is damaged is an error that
// names it.
//
// In memory the keys and values of a slot lie in chunks of bytes (arena) below an open-addressing index, so that the
// collector has nothing to follow; a log of old values makes changes undoable (slot). What an operator makes of its
// tables for its own use can stay beside them from batch to batch ([Attachment]).
package state
