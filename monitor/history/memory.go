package history

import "runtime/metrics"

// Memory is what the Go runtime holds and how often it collected. There is no more than one process to speak of.
type Memory struct {
	Heap   int64 // bytes of live and not yet swept objects
	Other  int64 // bytes of stacks, metadata and unused spans
	Cycles int64 // garbage collections
}

// Now reads the figures of this moment. It does not stop the program.
func Now() (m Memory) {
	m.sample()
	return m
}

func (m *Memory) sample() {
	s := []metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/gc/cycles/total:gc-cycles"},
	}
	metrics.Read(s)
	heap, total, cycles := s[0].Value.Uint64(), s[1].Value.Uint64(), s[2].Value.Uint64()
	m.atLeast(Memory{Heap: int64(heap), Other: int64(total - min(heap, total)), Cycles: int64(cycles)})
}

func (m *Memory) atLeast(n Memory) {
	m.Heap, m.Other, m.Cycles = max(m.Heap, n.Heap), max(m.Other, n.Other), max(m.Cycles, n.Cycles)
}
