package files

import (
	"strings"

	"gospark/runtime/condition"
	"gospark/runtime/format"
	"gospark/runtime/format/json"
)

// formats are all formats by the names users call them.
var formats = map[string]format.Format{
	"json": json.Format{},
}

// Lookup finds a format by its name.
func Lookup(name string) (format.Format, error) {
	key := strings.ToLower(name)
	if f := formats[key]; f != nil {
		return f, nil
	}
	return nil, condition.New("DATA_SOURCE_NOT_FOUND", "42K02", "Failed to find the data source: %s. Make sure the provider name is correct and the package is properly registered and compatible with your Spark version.", name).
		WithParam("provider", name)
}
