package monitor

import (
	"context"
	"testing"

	"gospark/monitor/history"
	"gospark/monitor/historytest"
)

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		s, err := Start(Config{App: historytest.App})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkApply(b *testing.B) {
	s, events := history.New(historytest.App, history.Limits{}), historytest.Events()
	i := 0
	for b.Loop() {
		s.Apply(events[i%len(events)])
		i++
	}
}
