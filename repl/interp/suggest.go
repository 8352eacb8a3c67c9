package interp

// suggest adds to an error what may have been meant.
func (in *Interp) suggest(e *Error, s *session) {}
