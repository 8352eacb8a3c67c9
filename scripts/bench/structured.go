package main

import "fmt"

// figure looks a metric up that has to be there.
func figure(m map[string]map[string]float64, name, metric string) (float64, error) {
	if v, ok := m[name][metric]; ok {
		return v, nil
	}
	return 0, fmt.Errorf("no %s of benchmark %q in %v", metric, name, m)
}

// microBatchRows are what a batch costs that reads one row, with its checkpoint on disk.
func microBatchRows() ([]row, error) {
	m, err := measured("./runtime/stream/query", "BenchmarkBatch$")
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, kind := range []string{"stateless", "stateful"} {
		ns, err := figure(m, kind, "ns/op")
		if err != nil {
			return nil, err
		}
		syncs, err := figure(m, "syncs", "ns/op")
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{"micro-batch of one row, " + kind + ", with its checkpoint", fmt.Sprintf("%.1f ms", ns/1e6),
			fmt.Sprintf("the syncs of two log entries: %.1f ms", syncs/1e6), fmt.Sprintf("%.1f×", ns/syncs)})
	}
	return rows, nil
}

// latencyRows are how long a record takes through a query from topic to topic.
func latencyRows() ([]row, error) {
	m, err := measured("./session", "BenchmarkLatency$")
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, trigger := range []string{"default", "continuous"} {
		var v [4]float64
		for i, at := range [][2]string{{trigger, "p50-ms"}, {trigger, "p99-ms"}, {"topic_alone", "p50-ms"}, {"topic_alone", "p99-ms"}} {
			if v[i], err = figure(m, at[0], at[1]); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row{"Kafka to Kafka at 1000 records/s, " + trigger + " trigger", fmt.Sprintf("p50 %.2f ms, p99 %.2f ms", v[0], v[1]),
			fmt.Sprintf("one topic without a query: %.2f, %.2f", v[2], v[3]), fmt.Sprintf("%.1f×", v[0]/v[2])})
	}
	return rows, nil
}

// single is a figure that stands alone.
func single(pkg, pattern, name, metric, what string) func() ([]row, error) {
	return func() ([]row, error) {
		m, err := measured(pkg, pattern)
		if err != nil {
			return nil, err
		}
		v, err := figure(m, name, metric)
		return []row{{what, fmt.Sprintf("%.2f %s", v, metric), "", ""}}, err
	}
}

// stateRows are a state of 5 M keys, of which every batch changes a million in no order.
func stateRows() ([]row, error) {
	m, err := measured("./runtime/state", "BenchmarkUpdates/keys=[15]000000/batch=1000000$")
	if err != nil {
		return nil, err
	}
	var v [3]float64
	for i, at := range [][2]string{{"keys=5000000/batch=1000000", "Mupdates/s"}, {"keys=1000000/batch=1000000", "Mupdates/s"}, {"keys=5000000/batch=1000000", "B/key"}} {
		if v[i], err = figure(m, at[0], at[1]); err != nil {
			return nil, err
		}
	}
	return []row{
		{"state of 5 M keys, durable commit after each million updates", fmt.Sprintf("%.2f M updates/s", v[0]), fmt.Sprintf("state of 1 M keys: %.2f", v[1]), fmt.Sprintf("%.1f×", v[0]/v[1])},
		{"memory of a key in state (key and value of 16 B each)", fmt.Sprintf("%.0f B", v[2]), "", ""},
	}, nil
}
