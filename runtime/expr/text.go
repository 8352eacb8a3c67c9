package expr

import (
	"time"

	"gospark/runtime/types"
)

// textOf is the text of a value in a column's name.
func textOf(v any, t *types.Type) string { return types.Text(v, t, types.CastText, time.UTC) }
