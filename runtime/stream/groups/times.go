package groups

import (
	"encoding/binary"
	"slices"

	"gospark/runtime/state"
)

// Tables of timeouts, timers and times to live have their keys in slots by time, so that what is over is found without a
// look at all the rest.

// grain is how many ms share a slot. It is part of the format of state.
const grain = 10_000

func slotOf(ms int64) int64 { return ms - ms%grain }

// over lists the keys whose time is not after a moment, slot by slot.
func over(t *state.Table, at int64, timeOf func(key, value []byte) int64) (keys [][]byte) {
	for _, slot := range t.Slots() {
		if slot > at {
			break
		}
		for k, v := range t.All(slot) {
			if timeOf(k, v) <= at {
				keys = append(keys, slices.Clone(k))
			}
		}
	}
	return keys
}

// earliest is the first time in a table.
func earliest(t *state.Table, timeOf func(key, value []byte) int64) (ms int64, ok bool) {
	for _, slot := range t.Slots() {
		for k, v := range t.All(slot) {
			if at := timeOf(k, v); !ok || at < ms {
				ms, ok = at, true
			}
		}
		if ok {
			return ms, true
		}
	}
	return 0, false
}

// valueTime is the time of a table that has it in its values.
func valueTime(_, value []byte) int64 { return int64(binary.LittleEndian.Uint64(value)) }

func timeValue(ms int64) []byte { return binary.LittleEndian.AppendUint64(nil, uint64(ms)) }
