package incremental

import (
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/plan"
)

// watermarks follows the event times of a query's watermark operators. The query's watermark is the smallest, or by
// policy the largest, of theirs, and never goes back. What the operators have seen is not in the logs: after a restart
// one that has seen nothing yet holds the watermark where it is.
type watermarks struct {
	largest bool
	global  int64         // ms
	byOp    map[int]int64 // ms, by position in the plan
}

const policyKey = "spark.sql.streaming.multipleWatermarkPolicy"

func newWatermarks(conf func(string) string) (*watermarks, error) {
	w := &watermarks{byOp: map[int]int64{}}
	switch p := strings.ToLower(conf(policyKey)); p {
	case "", "min":
	case "max":
		w.largest = true
	default:
		return nil, condition.New("INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS", "22022",
			"The value '%s' in the config \"%s\" is invalid. It should be one of 'min', 'max'.", p, policyKey).
			WithParam("confName", policyKey).WithParam("confValue", p).WithFix("set it to min or max")
	}
	return w, nil
}

// advance takes in the times of a batch.
func (w *watermarks) advance(ops []*plan.EventTime) {
	if len(ops) == 0 {
		return
	}
	for i, e := range ops {
		old, known := w.byOp[i]
		if t := e.Stats(); t.Count > 0 {
			if mark := t.Max - e.Delay/1000; !known || mark > old {
				w.byOp[i] = mark
			}
		} else if !known {
			w.byOp[i] = 0
		}
	}
	chosen, first := int64(0), true
	for _, m := range w.byOp {
		if first || m < chosen != w.largest && m != chosen {
			chosen, first = m, false
		}
	}
	w.global = max(w.global, chosen)
}
