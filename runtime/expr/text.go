package expr

import (
	"fmt"

	"gospark/runtime/types"
)

// textOf is the text of a value, as CAST AS STRING has it.
func textOf(v any, t *types.Type) string {
	switch v := v.(type) {
	case float64:
		return string(types.AppendFloat(nil, v, 64))
	case float32:
		return string(types.AppendFloat(nil, float64(v), 32))
	case types.Decimal:
		return v.Text(t.Scale)
	}
	return fmt.Sprint(v)
}
