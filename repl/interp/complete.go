package interp

import (
	"go/types"

	"gospark/repl/interp/complete"
)

// Candidate is something that may be typed: Text, with its signature or type as Detail, and its Kind.
type Candidate = complete.Candidate

// Complete returns what may stand at the cursor, best first, and where the part begins that a candidate
// replaces. Positions are in bytes.
func (in *Interp) Complete(text string, cursor int) (from int, candidates []Candidate) {
	in.mu.RLock() // no methods are added to types meanwhile
	defer in.mu.RUnlock()
	s := in.session
	c := complete.Completer{
		World: in.world, Package: sessionPackage, DotImports: in.config.DotImports,
		Hidden: in.config.Hidden, InString: in.config.InString,
		Objects: func() []types.Object { return in.ownObjects(s) },
		Imports: func() map[string]string { return s.imports },
	}
	return c.Complete(text, cursor)
}

// ownObjects are the names in scope but for those of Config.DotImports.
func (in *Interp) ownObjects(s *session) []types.Object {
	dotted := map[string]bool{}
	for _, p := range in.config.DotImports {
		dotted[p] = true
	}
	var list []types.Object
	for _, o := range s.objects {
		if p := o.Pkg(); p == nil || !dotted[p.Path()] {
			list = append(list, o)
		}
	}
	return list
}
