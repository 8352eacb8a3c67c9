package session

import (
	"fmt"

	"gospark/runtime/engine"
)

// ShowString is the text of Show, of at most n rows whose cells may be as long as truncate, or as long as they are for 0.
func (df *DataFrame) ShowString(n, truncate int) string {
	if n < 0 || truncate < 0 {
		raise("ShowString", fmt.Errorf("want a number of rows and of characters, have %d and %d", n, truncate))
	}
	r := df.execute("showString", df.limited(n+1))
	return engine.ShowString(r.Schema, r.Rows(), engine.ShowOptions{Rows: n, Truncate: truncate}, df.spark.engine.Zone())
}
