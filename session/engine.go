package session

import "gospark/runtime/engine"

// Engine is what carries out the session's DataFrames and statements.
func (s *SparkSession) Engine() *engine.Engine { return s.engine }
