package incremental

import (
	"sync"

	"gospark/runtime/plan"
)

// operatorTotals sums what the tasks of operators report. A task that is retried reports again.
type operatorTotals struct {
	mu    sync.Mutex
	parts map[[2]int]plan.StateMetrics // by operator and partition
}

// collect makes the operators report.
func collect(ops []*plan.State) *operatorTotals {
	t := &operatorTotals{parts: map[[2]int]plan.StateMetrics{}}
	for _, o := range ops {
		o.Report = func(partition int, m plan.StateMetrics) {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.parts[[2]int{o.Operator, partition}] = m
		}
	}
	return t
}

func (t *operatorTotals) of(operator int) plan.StateMetrics {
	t.mu.Lock()
	defer t.mu.Unlock()
	var sum plan.StateMetrics
	for k, m := range t.parts {
		if k[0] == operator {
			sum.Add(m)
		}
	}
	return sum
}
