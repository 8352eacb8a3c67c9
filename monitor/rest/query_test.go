package rest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gospark/monitor/historytest"
)

func TestStreamingQueries(t *testing.T) {
	h := New(historytest.Store(), Options{Now: func() time.Time { return historytest.Now }})
	base := Prefix + "applications/" + historytest.App.ID + "/sql/streamingqueries"
	for _, c := range []struct {
		path       string
		code       int
		want, none []string
	}{
		{"", 200, []string{`"name" : "clicks",`, `"runId" : "` + historytest.RunID + `"`, `"isActive" : true`, `"startTimestamp" : "2026-01-01T10:00:50.000GMT"`,
			`"numBatches" : 3`, `"numInputRows" : 60`, `"isActive" : false`, `"exception" : "[STREAM_FAILED] division by zero"`, `"endTimestamp" : "2026-01-01T10:01:00.000GMT"`}, nil},
		{"?status=active", 200, []string{historytest.RunID}, []string{historytest.FailedRunID}},
		{"?status=completed", 200, []string{historytest.FailedRunID}, []string{historytest.RunID}},
		{"?status=no", 400, []string{`Bad value for parameter "status"`}, nil},
		{"/" + historytest.RunID, 200, []string{`"name" : "clicks"`}, []string{historytest.FailedRunID}},
		{"/" + historytest.RunID + "/progress", 200, []string{`"batchId" : 2,`, `"inputRowsPerSecond" : 30.0`, `"numRowsDroppedByWatermark" : 2`}, []string{`"batchId" : 1,`}},
		{"/" + historytest.RunID + "/progress?last=2", 200, []string{`"batchId" : 1,`, `"batchId" : 2,`}, []string{`"batchId" : 0,`}},
		{"/" + historytest.RunID + "/progress?last=50", 200, []string{`"batchId" : 0,`, `"batchId" : 2,`}, nil},
		{"/" + historytest.FailedRunID + "/progress", 200, []string{"[ ]"}, nil},
		{"/nosuch/progress", 404, []string{"unknown streaming query run: nosuch"}, nil},
		{"/" + historytest.RunID + "/progress?last=x", 400, []string{`Bad value for parameter "last"`}, nil},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, base+c.path, nil))
		text := w.Body.String()
		if w.Code != c.code {
			t.Errorf("GET %s: %d %s", c.path, w.Code, text)
		}
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("GET %s: no %s in\n%s", c.path, want, text)
			}
		}
		for _, none := range c.none {
			if strings.Contains(text, none) {
				t.Errorf("GET %s: %s in\n%s", c.path, none, text)
			}
		}
	}
}
