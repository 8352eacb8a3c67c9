package interp

import (
	"fmt"
	"go/types"
	"reflect"
)

// sprint formats a value as fmt.Sprint would.
func (in *Interp) sprint(v reflect.Value, t types.Type) string {
	x := v.Interface()
	if lossy(t) && kindOf(t) == notIface {
		x = in.box(in.entry(t), x)
	}
	return fmt.Sprint(in.printable(x))
}
