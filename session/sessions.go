package session

import (
	"gospark/runtime/engine"
	"gospark/runtime/logical"
	"gospark/runtime/types"
)

// NewSession is another session of the application: it has the tables and kept rows in common with this one, and settings,
// temporary views and functions of its own.
func (s *SparkSession) NewSession() *SparkSession {
	conf := newConf(s.sc.cfg.Conf)
	n := &SparkSession{sc: s.sc, conf: conf, engine: s.engine.NewSession(conf)}
	n.streams = newStreams(n)
	n.openSources()
	n.engine.Observed = n.observed
	return n
}

// Active is the session itself: there is no other way to a session than its variable.
func (s *SparkSession) Active() *SparkSession { return s }

// GetActiveSession is the session itself.
func (s *SparkSession) GetActiveSession() *SparkSession { return s }

// EmptyDataFrame is a DataFrame without rows and columns.
func (s *SparkSession) EmptyDataFrame() *DataFrame {
	return s.frame(&logical.LocalRelation{Schema: types.StructOf()})
}

// AddTag tags the queries that follow; InterruptTag cancels them.
func (s *SparkSession) AddTag(tag string) { s.sc.AddJobTag(tag) }

// RemoveTag takes a tag away.
func (s *SparkSession) RemoveTag(tag string) { s.sc.RemoveJobTag(tag) }

// GetTags lists the tags of the queries that follow.
func (s *SparkSession) GetTags() []string { return s.sc.GetJobTags() }

// ClearTags takes all tags away.
func (s *SparkSession) ClearTags() { s.sc.ClearJobTags() }

// InterruptAll cancels all queries that are running.
func (s *SparkSession) InterruptAll() { s.sc.CancelAllJobs() }

// InterruptTag cancels the queries with a tag that are running.
func (s *SparkSession) InterruptTag(tag string) { s.sc.CancelJobsWithTag(tag) }

// SparkSession is the session that made the DataFrame.
func (df *DataFrame) SparkSession() *SparkSession { return df.spark }

// IsLocal says whether the rows are there without a job.
func (df *DataFrame) IsLocal() bool {
	switch r := df.rel.(type) {
	case *logical.LocalRelation:
		return true
	case *logical.Closed:
		_, local := r.Input.(*logical.LocalRelation)
		return local
	}
	return false
}

// TableValuedFunctions are functions that make a table: spark.TVF().Explode(Array(Lit(1), Lit(2))).
type TableValuedFunctions struct{ spark *SparkSession }

// TVF gives the functions that make a table.
func (s *SparkSession) TVF() *TableValuedFunctions { return &TableValuedFunctions{s} }

func (t *TableValuedFunctions) make(name string, args []any) *DataFrame {
	return t.spark.frame(&logical.TableFunction{Name: name, Args: names(args)})
}

// Call is a function that makes a table, by its name: also one that was registered.
func (t *TableValuedFunctions) Call(name string, args ...any) *DataFrame {
	return t.spark.closed(&logical.TableFunction{Name: name, Args: names(args)}, engine.Params{})
}

// Range is a table of numbers, as spark.Range.
func (t *TableValuedFunctions) Range(start int64, more ...int64) *DataFrame {
	return t.spark.Range(start, more...)
}

// Explode makes a row of each element of an array, or entry of a map.
func (t *TableValuedFunctions) Explode(c *Column) *DataFrame { return t.make("explode", []any{c}) }

// ExplodeOuter is Explode with a row of NULL where there is no element.
func (t *TableValuedFunctions) ExplodeOuter(c *Column) *DataFrame {
	return t.make("explode_outer", []any{c})
}

// PosExplode is Explode with the positions.
func (t *TableValuedFunctions) PosExplode(c *Column) *DataFrame {
	return t.make("posexplode", []any{c})
}

// PosExplodeOuter is PosExplode with a row of NULL where there is no element.
func (t *TableValuedFunctions) PosExplodeOuter(c *Column) *DataFrame {
	return t.make("posexplode_outer", []any{c})
}

// Inline makes a row of each struct of an array.
func (t *TableValuedFunctions) Inline(c *Column) *DataFrame { return t.make("inline", []any{c}) }

// InlineOuter is Inline with a row of NULL where there is no struct.
func (t *TableValuedFunctions) InlineOuter(c *Column) *DataFrame {
	return t.make("inline_outer", []any{c})
}

// JSONTuple takes fields out of a JSON object.
func (t *TableValuedFunctions) JSONTuple(args ...any) *DataFrame { return t.make("json_tuple", args) }

// Stack puts values into n rows.
func (t *TableValuedFunctions) Stack(n int, args ...any) *DataFrame {
	return t.make("stack", append([]any{Lit(n)}, args...))
}
