package rest

import (
	"math"
	"time"
)

type application struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Attempts []attempt `json:"attempts"`
}

type attempt struct {
	StartTime        date   `json:"startTime"`
	EndTime          date   `json:"endTime"`
	LastUpdated      date   `json:"lastUpdated"`
	Duration         int64  `json:"duration"`
	SparkUser        string `json:"sparkUser"`
	Completed        bool   `json:"completed"`
	AppSparkVersion  string `json:"appSparkVersion"`
	StartTimeEpoch   int64  `json:"startTimeEpoch"`
	EndTimeEpoch     int64  `json:"endTimeEpoch"`
	LastUpdatedEpoch int64  `json:"lastUpdatedEpoch"`
}

func (q *query) application() application {
	// Spark says "not yet" with -1, also as a date.
	end, updated, until := time.UnixMilli(-1), q.App.Time, q.Now()
	if !q.Ended.IsZero() {
		end, updated, until = q.Ended, q.Ended, q.Ended
	}
	return application{ID: q.App.ID, Name: q.App.Name, Attempts: []attempt{{
		StartTime: date(q.App.Time), EndTime: date(end), LastUpdated: date(updated),
		Duration:  max(0, until.Sub(q.App.Time).Milliseconds()),
		SparkUser: q.App.User, Completed: !q.Ended.IsZero(), AppSparkVersion: q.App.Version,
		StartTimeEpoch: q.App.Time.UnixMilli(), EndTimeEpoch: end.UnixMilli(), LastUpdatedEpoch: updated.UnixMilli(),
	}}}
}

func applicationInfo(q *query) (any, error) { return q.application(), nil }

func applicationList(q *query) (any, error) {
	wanted, err := q.statuses("RUNNING", "COMPLETED")
	if err != nil {
		return nil, err
	}
	limit, err := q.integer("limit", math.MaxInt)
	if err != nil {
		return nil, err
	}
	var bound [4]time.Time
	for i, p := range []struct{ name, otherwise string }{
		{"minDate", "2010-01-01"}, {"maxDate", "3000-01-01"}, {"minEndDate", "2010-01-01"}, {"maxEndDate", "3000-01-01"},
	} {
		if bound[i], err = q.date(p.name, p.otherwise); err != nil {
			return nil, err
		}
	}
	within := func(t, min, max time.Time) bool { return !t.Before(min) && !t.After(max) }
	// A running application ends some time from now.
	status, ends := "RUNNING", bound[3].After(q.Now())
	if !q.Ended.IsZero() {
		status, ends = "COMPLETED", within(q.Ended, bound[2], bound[3])
	}
	list := []application{}
	if wanted(status) && limit > 0 && ends && within(q.App.Time, bound[0], bound[1]) {
		list = append(list, q.application())
	}
	return list, nil
}

// date gives a parameter that is a day or a moment.
func (q *query) date(name, otherwise string) (time.Time, error) {
	s := q.params.Get(name)
	if s == "" {
		s = otherwise
	}
	for _, layout := range []string{dateLayout, "2006-01-02T15:04:05.000MST", time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, badParameter(name, "date such as 2026-01-31 or 2026-01-31T10:00:00.000GMT", s)
}
