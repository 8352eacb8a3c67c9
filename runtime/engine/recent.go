package engine

import (
	"sync"

	"gospark/runtime/expr"
	"gospark/runtime/resolved"
	"gospark/runtime/types"
)

// recent is the columns of the relations that were analysed last: what a user is likely to name next.
type recent struct {
	mu   sync.Mutex
	cols [remembered][]*expr.Attr
	next int
}

const (
	remembered  = 32
	mostColumns = 1000 // of a relation that is remembered
)

func (m *recent) add(r resolved.Relation) {
	cols := r.Output()
	if len(cols) == 0 || len(cols) > mostColumns {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cols[m.next] = cols
	m.next = (m.next + 1) % remembered
}

// RecentColumns are the columns of the relations that were analysed last, the latest first, each name once.
func (e *Engine) RecentColumns() []types.Field {
	m := &e.recent
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []types.Field
	seen := map[string]bool{}
	for i := range remembered {
		for _, a := range m.cols[(m.next-1-i+2*remembered)%remembered] {
			if !seen[a.Name] {
				seen[a.Name] = true
				out = append(out, types.Field{Name: a.Name, Type: a.Typ, Nullable: a.Null})
			}
		}
	}
	return out
}

// FunctionNames are the names of the functions of SQL, and then those of the users.
func (e *Engine) FunctionNames() []string {
	return append(expr.FunctionNames(), e.Catalog.FunctionNames()...)
}
