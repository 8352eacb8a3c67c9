package interp

import (
	"go/types"
	"reflect"
)

// Value is what a variable of the session holds, and all of its text, as fmt.Print writes it. False for a name that is no
// variable, and while something is being evaluated.
func (in *Interp) Value(name string) (value any, text string, ok bool) {
	if !in.evaluating.TryLock() {
		return nil, "", false
	}
	defer in.evaluating.Unlock()
	in.mu.RLock()
	v, ok := in.session.objects[name].(*types.Var)
	in.mu.RUnlock()
	if !ok {
		return nil, "", false
	}
	cell, ok := in.cells[v]
	if !ok {
		return nil, "", false
	}
	held := reflect.New(cell.Elem().Type()).Elem()
	held.Set(cell.Elem())
	return held.Interface(), in.sprint(held, v.Type()), true
}
