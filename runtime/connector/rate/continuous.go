package rate

import "gospark/runtime/connector"

var _ connector.Continuous = (*Relation)(nil)

// Continuous says that records can be read one by one.
func (*Relation) Continuous() {}
