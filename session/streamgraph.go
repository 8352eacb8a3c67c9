package session

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"time"

	"gospark/runtime/resolved"
)

// identities are the numbers by which plans tell columns of the same name apart.
var identities = regexp.MustCompile(`#\d+`)

// graphWidth is how much of an operator's line is shown.
const graphWidth = 100

// DAG draws what the query does: the sink on top, below it the operators that lead there, down to the sources.
func (q *StreamingQuery) DAG() string {
	q = q.latest()
	d := q.Detail()
	head := fmt.Sprintf("%s: %s, output mode %s, trigger %s", d.Label, d.Format, d.Mode, d.Trigger)
	var b strings.Builder
	b.WriteString(head + "\n")
	resolved.DrawTree(&b, q.q.Config().Relation, func(r resolved.Relation) string {
		return clipped(identities.ReplaceAllString(resolved.Describe(r), ""))
	}, resolved.Relation.Inputs)
	return b.String()
}

// clipped is the beginning of a line that is too long.
func clipped(s string) string {
	if r := []rune(s); len(r) > graphWidth {
		return string(r[:graphWidth-1]) + "…"
	}
	return s
}

// DAG draws what is done in each batch: for each output the streams that lead to it, down to the inputs. A stream that is
// used twice is drawn once.
func (ssc *StreamingContext) DAG() string {
	st := ssc.Status()
	ssc.mu.Lock()
	outputs := ssc.outputs
	number := map[*DStream]int{}
	for i, d := range ssc.streams {
		number[d] = i
	}
	ssc.mu.Unlock()
	var b strings.Builder
	fmt.Fprintf(&b, "%s: every %s\n", st.Name, st.Interval)
	drawn := map[*DStream]bool{}
	type node struct {
		text string
		d    *DStream
	}
	for _, o := range outputs {
		resolved.DrawTree(&b, node{o.where.String(), nil}, func(n node) string {
			if n.d == nil {
				return n.text
			}
			text := fmt.Sprintf("[%d] %s", number[n.d], cmp.Or(n.d.reads, n.d.op))
			if drawn[n.d] {
				return text + ", as above"
			}
			text += ": " + n.d.ShellType()
			if n.d.reach > 0 {
				text += fmt.Sprintf(", over %s", time.Duration(n.d.reach)*time.Millisecond)
			}
			if n.d.slide != ssc.interval {
				text += fmt.Sprintf(", every %s", time.Duration(n.d.slide)*time.Millisecond)
			}
			if n.d.needsDir {
				text += ", with state in the checkpoint"
			}
			return clipped(text)
		}, func(n node) []node {
			switch {
			case n.d == nil:
				return []node{{d: o.in}}
			case drawn[n.d]:
				return nil
			}
			drawn[n.d] = true
			var in []node
			for _, p := range n.d.parents {
				in = append(in, node{d: p})
			}
			return in
		})
	}
	return b.String()
}
