package main

import "fmt"

// joinRows are the two parts of a join with a million rows of other keys each: keys one after the other, as identities
// mostly are, and keys far apart.
func joinRows() ([]row, error) {
	m, err := measured("./runtime/op", "BenchmarkJoin/1000000$")
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, part := range []struct{ name, what string }{
		{"build", "join with 1 M rows, build, time of a held row"},
		{"probe", "join of 4 M rows with 1 M rows, probe, time of a streamed row"},
	} {
		for _, keys := range []string{"dense", "sparse"} {
			name := "1000000/" + keys + "/" + part.name
			ours, err := figure(m, name+"/engine", "cpu-ns/row")
			if err != nil {
				return nil, err
			}
			theirs, err := figure(m, name+"/loop", "cpu-ns/row")
			if err != nil {
				return nil, err
			}
			rows = append(rows, row{part.what + ", " + keys + " keys", fmt.Sprintf("%.1f cpu-ns/row", ours), fmt.Sprintf("Go map: %.1f", theirs), fmt.Sprintf("%.1f×", ours/theirs)})
		}
	}
	return rows, nil
}

// filterRows is a filter and two computed columns.
func filterRows() ([]row, error) {
	m, err := measured("./runtime/op", "BenchmarkFilterProject")
	if err != nil {
		return nil, err
	}
	ours, err := figure(m, "engine", "cpu-ns/row")
	if err != nil {
		return nil, err
	}
	theirs, err := figure(m, "loop", "cpu-ns/row")
	return []row{{"filter and two computed columns, in memory", fmt.Sprintf("%.1f cpu-ns/row, %.1f for each column computed", ours, ours/2),
		fmt.Sprintf("plain loop: %.1f; limit 3 for each column", theirs), fmt.Sprintf("%.1f×", ours/theirs)}}, err
}

// missRows are the limit of all tables larger than the caches.
func missRows() ([]row, error) {
	m, err := measured("./runtime/op", "BenchmarkMisses")
	if err != nil {
		return nil, err
	}
	alone, err := figure(m, "dependent", "cpu-ns/row")
	if err != nil {
		return nil, err
	}
	beside, err := figure(m, "independent", "cpu-ns/row")
	return []row{{"random reads of 64 MiB, none waiting for another", fmt.Sprintf("%.1f cpu-ns", beside),
		fmt.Sprintf("each waiting for the last: %.1f", alone), fmt.Sprintf("%.2f×", beside/alone)}}, err
}

// twoSlotRows are queries on two slots beside the same on one.
func twoSlotRows() ([]row, error) {
	m, err := measured("./session", "BenchmarkTwoSlots$")
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, q := range []string{"group", "join", "filter", "sort", "json"} {
		var v [2][2]float64 // on one and two slots: time and processor time
		for slots := range v {
			for i, metric := range []string{"ns/row", "cpu-ns/row"} {
				if v[slots][i], err = figure(m, fmt.Sprintf("%s/slots=%d", q, slots+1), metric); err != nil {
					return nil, err
				}
			}
		}
		rows = append(rows, row{"query on two slots: " + q, fmt.Sprintf("%.1f ns/row, %.1f of processors", v[1][0], v[1][1]),
			fmt.Sprintf("on one: %.1f, %.1f", v[0][0], v[0][1]), fmt.Sprintf("%.2f× as fast", v[0][0]/v[1][0])})
	}
	return rows, nil
}
