package incremental_test

import (
	"errors"
	"testing"

	"gospark/runtime/condition"
	"gospark/runtime/exec"
	"gospark/runtime/logical"
	"gospark/runtime/plan"
	"gospark/runtime/state"
	"gospark/runtime/types"
)

// State of a join that has one row under a key and a number, as it once was, is not taken for blocks of rows.
func TestJoinStateOfSingleRowsIsRefused(t *testing.T) {
	st := newStage(exec.New(exec.Config{Slots: 1}), nil)
	schema, err := types.ParseDDL(sourceDDL)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b"} {
		st.table(&files{name: name, schema: schema}, func(r logical.Relation) logical.Relation {
			return &logical.WithWatermark{Input: r, EventTime: "ts", Delay: "5 seconds"}
		})
	}
	r, err := st.engine.Parse("SELECT a.k, b.v FROM a" + joined)
	if err != nil {
		t.Fatal(err)
	}
	states, err := state.Open("", state.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const key, row = "_0 STRING, number INT", "_0 TIMESTAMP, _1 STRING, _2 INT"
	single := state.Operator{Name: "symmetricHashJoin", Partitions: 1, Tables: []state.Schema{
		{Table: "left.counts", Key: "_0 STRING"}, {Table: "left.rows", Key: key, Value: row}, {Table: "left.due", Key: "_0 STRING"},
		{Table: "right.counts", Key: "_0 STRING"}, {Table: "right.rows", Key: key, Value: row}, {Table: "right.due", Key: "_0 STRING"}}}
	if err := states.Check([]state.Operator{single}); err != nil {
		t.Fatal(err)
	}
	q, err := st.query(r, plan.AppendMode, states, 1)
	if err != nil {
		t.Fatal(err)
	}
	var c *condition.Error
	if err := q.Open(); !errors.As(err, &c) || c.Condition() != "STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE" {
		t.Errorf("opened with %v", err)
	}
}
