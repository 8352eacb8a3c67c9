package json

import (
	"errors"

	"gospark/runtime/format"
	"gospark/runtime/types"
)

// Create prepares the writing of rows.
func (Format) Create(schema *types.Type, e *format.Env) (format.Encoder, error) {
	return nil, errors.New("not yet")
}
