package engine

import (
	"gospark/runtime/condition"
	"gospark/runtime/plan"
	"gospark/runtime/resolved"
)

// Streaming says whether a relation reads a stream.
func Streaming(r resolved.Relation) bool {
	found := false
	resolved.Walk(r, func(r resolved.Relation) {
		if s, ok := r.(*resolved.Scan); ok && s.Streaming {
			found = true
		}
	})
	return found
}

// refuseStream is why a relation cannot be computed at once.
func refuseStream(r resolved.Relation) error {
	if !Streaming(r) {
		return nil
	}
	const msg = "Queries with streaming sources must be executed with writeStream.start()"
	return condition.New("_LEGACY_ERROR_TEMP_3102", "", "%s", msg).WithParam("msg", msg+";").
		WithFix(`a stream has no end that an action could wait for: type q := df.WriteStream().Format("console").Start(), with OutputMode("complete") for counts`)
}

// readStream plans the read of a stream for EXPLAIN: there are no rows.
func readStream(e *Engine) func(*resolved.Scan) (plan.Node, error) {
	return func(s *resolved.Scan) (plan.Node, error) {
		if !s.Streaming {
			return nil, nil
		}
		n := &plan.Scan{Origin: e.Origins()("StreamingRelation " + s.Source.String())}
		for _, a := range s.Attrs {
			n.Schema = append(n.Schema, a.Typ)
		}
		n.Types = plan.ElemsOf(n.Schema)
		return n, nil
	}
}
