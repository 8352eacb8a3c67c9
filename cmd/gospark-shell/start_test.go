package main

import (
	"testing"

	"gospark/monitor/history"
	"gospark/session"
)

func TestSite(t *testing.T) {
	for _, c := range []struct {
		file string
		line int
		text string
		want string
	}{
		{"", 0, "", ""},
		{"wc.go", 3, "counts.Print()", "wc.go:3"},
		{"", 1, "  counts.Print()", "counts.Print()"},
		{"", 1, "日本 := lines.Filter(func(s string) bool { return s != \"\" })", "日本 := lines.Filter(func(s string) bool {…"},
	} {
		if got := site(c.file, c.line, c.text); got != c.want {
			t.Errorf("site(%q, %d, %q) = %q, want %q", c.file, c.line, c.text, got, c.want)
		}
	}
}

func TestRetained(t *testing.T) {
	s, err := session.New(session.Config{Conf: map[string]string{
		"spark.ui.retainedJobs": "5", "spark.ui.retainedStages": "many", "spark.ui.retainedTasks": "-1", "spark.streaming.ui.retainedBatches": "7"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop()
	if got, want := retained(s.Conf()), (history.Limits{Jobs: 5, Batches: 7}); got != want {
		t.Errorf("retained %+v, want %+v", got, want)
	}
}
