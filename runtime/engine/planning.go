package engine

import (
	"context"
	"fmt"
	"strconv"

	"gospark/runtime/condition"
	"gospark/runtime/expr"
	"gospark/runtime/format"
	"gospark/runtime/plan"
	"gospark/runtime/planner"
)

// With is the engine with other settings: what a streaming query goes by, whatever is set meanwhile.
func (e *Engine) With(s Settings) *Engine {
	return &Engine{Catalog: e.Catalog, Settings: s, Scheduler: e.Scheduler, Origins: e.Origins, User: e.User, Version: e.Version}
}

// Planning are the settings for planning a query with the session's settings as they are now.
func (e *Engine) Planning() (planner.Settings, error) { return e.planning(e.context()) }

// FileEnv is what the reading and writing of files depends on.
func (e *Engine) FileEnv(options map[string]string) format.Env { return e.fileEnv(options) }

func (e *Engine) planning(ctx *expr.Context) (planner.Settings, error) {
	q := &plan.Query{Context: *ctx}
	if limit := e.Settings.Get("spark.memory.limit"); limit != "" {
		n, err := parseBytes(limit)
		if err != nil {
			return planner.Settings{}, fmt.Errorf("spark.memory.limit: %w", err)
		}
		q.Memory = &plan.Memory{Limit: n}
	}
	parts, err := strconv.Atoi(e.Settings.Get("spark.sql.shuffle.partitions", strconv.Itoa(e.Scheduler.Slots())))
	if err != nil || parts < 1 {
		return planner.Settings{}, condition.New("INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS", "22022", "spark.sql.shuffle.partitions should be a number above 0")
	}
	s := planner.Settings{Query: q, ShufflePartitions: parts, Parallelism: e.Scheduler.Slots(), Origin: e.Origins(), Source: readStream(e),
		Run: func(n plan.Node) ([][]any, error) {
			bs, err := e.run(context.Background(), Job{Name: "recursion"}, n)
			return rowsOf(bs), err
		}}
	e.attach(&s)
	return s, nil
}
