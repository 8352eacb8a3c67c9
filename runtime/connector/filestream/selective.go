package filestream

// Selective says that rows count as read when they meet the conditions of the query on single columns: Spark's readers of
// JSON and CSV leave the others out.
func (r *Relation) Selective() bool { return r.format == "JSON" || r.format == "CSV" }
