package exec

import (
	"context"
	"fmt"
	"sync"

	"gospark/runtime/batch"
	"gospark/runtime/op"
	"gospark/runtime/plan"
	"gospark/runtime/progress"
)

// run is one job in progress.
type run struct {
	s   *Scheduler
	job *Job
	id  int
}

// A stage is a part of the tree without an exchange inside. The last one computes the action's results, the others
// write the rows of an exchange.
type stage struct {
	id       int
	root     plan.Node
	exchange *plan.Exchange // nil for the result stage
	parents  []*stage
	skipped  bool
	once     sync.Once
	err      error
}

func (r *run) run(ctx context.Context) (results []any, err error) {
	byExchange := map[*plan.Exchange]*stage{}
	var order []*stage
	last := r.cut(r.job.Plan, nil, byExchange, &order)
	start := progress.JobStart{ID: r.id, Time: now(), Name: r.job.Name, Description: r.job.Description, Group: r.job.Group,
		BatchTime: r.job.Batch.Time, OutputOp: r.job.Batch.Output, Context: r.job.Batch.Context}
	for _, st := range order {
		start.Stages = append(start.Stages, r.info(st))
		if st.skipped {
			start.Skipped = append(start.Skipped, st.id)
		}
	}
	if r.job.Started != nil {
		r.job.Started(r.id)
	}
	r.s.emit(start)
	r.s.status.begin(start)
	defer func() {
		r.s.status.end(r.id, err)
		e := progress.JobEnd{ID: r.id, Time: now()}
		if err != nil {
			e.Err = err.Error()
		}
		r.s.emit(e)
	}()
	if err := r.prepare(ctx, last); err != nil {
		return nil, err
	}
	parts := r.partitions(last)
	results = make([]any, len(parts))
	err = r.tasks(ctx, last, parts, func(t *op.Task, i int) error {
		o, err := op.Build(last.root, t.Partition, t)
		if err != nil {
			return err
		}
		results[i], err = r.job.Action(t, o)
		return err
	})
	return results, err
}

func (r *run) partitions(st *stage) []int {
	if st.exchange == nil && r.job.Partitions != nil {
		return r.job.Partitions
	}
	ps := make([]int, st.root.Partitions())
	for i := range ps {
		ps[i] = i
	}
	return ps
}

// cut makes the stage that ends at root and, before it, those that it reads from.
func (r *run) cut(root plan.Node, x *plan.Exchange, byExchange map[*plan.Exchange]*stage, order *[]*stage) *stage {
	st := &stage{root: root, exchange: x}
	seen := map[plan.Node]bool{}
	var walk func(n plan.Node)
	walk = func(n plan.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if c := n.From().Persisted(); c != nil && r.s.full(c) {
			return
		}
		switch n := n.(type) {
		case *plan.Exchange:
			p := byExchange[n]
			if p == nil {
				if r.s.shuffles.of(n).ready() {
					p = &stage{root: n.Child, exchange: n, skipped: true, id: r.nextStage()}
					*order = append(*order, p)
				} else {
					p = r.cut(n.Child, n, byExchange, order)
				}
				byExchange[n] = p
			}
			st.parents = append(st.parents, p)
			return
		case *plan.Cache:
			if r.s.full(n) {
				return
			}
		}
		for _, c := range n.Children() {
			walk(c)
		}
	}
	walk(root)
	st.id = r.nextStage()
	*order = append(*order, st)
	return st
}

func (r *run) nextStage() int { return int(r.s.stageID.Add(1) - 1) }

func (r *run) info(st *stage) progress.StageInfo {
	i := progress.StageInfo{ID: st.id, Name: r.job.Name, Tasks: st.root.Partitions()}
	if st.exchange != nil {
		i.Name = st.exchange.From().String()
	} else if r.job.Partitions != nil {
		i.Tasks = len(r.job.Partitions)
	}
	for _, p := range st.parents {
		i.ParentIDs = append(i.ParentIDs, p.id)
	}
	var walk func(plan.Node)
	seen := map[plan.Node]bool{}
	walk = func(n plan.Node) {
		if seen[n] {
			return
		}
		if _, ok := n.(*plan.Exchange); ok && n != st.root {
			return
		}
		seen[n] = true
		if o := n.From(); o.Kind != "" {
			i.RDDIDs = append(i.RDDIDs, o.ID)
			for _, b := range o.Below {
				i.RDDIDs = append(i.RDDIDs, b.ID)
			}
		}
		for _, c := range n.Children() {
			walk(c)
		}
	}
	walk(st.root)
	return i
}

// prepare runs the stages that st reads from, side by side.
func (r *run) prepare(ctx context.Context, st *stage) error {
	switch len(st.parents) {
	case 0:
		return nil
	case 1:
		return r.write(ctx, st.parents[0])
	}
	errs := make([]error, len(st.parents))
	var wg sync.WaitGroup
	for i, p := range st.parents {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[i] = r.write(ctx, p)
		}()
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// write runs the stage of an exchange, once in a job, unless its output is there.
func (r *run) write(ctx context.Context, st *stage) error {
	if st.skipped {
		return nil
	}
	st.once.Do(func() { st.err = r.writeOnce(ctx, st) })
	return st.err
}

func (r *run) writeOnce(ctx context.Context, st *stage) error {
	sh := r.s.shuffles.of(st.exchange)
	todo, err := sh.begin(ctx)
	if err != nil || !todo {
		return err
	}
	var out [][][]*batch.Batch
	defer func() { sh.end(out) }()
	if err := r.prepare(ctx, st); err != nil {
		return err
	}
	if by, ok := st.exchange.By.(plan.Sampled); ok && by.NeedsSample() {
		if err := r.sample(ctx, st, by); err != nil {
			return err
		}
	}
	parts := r.partitions(st)
	rows := make([][][]*batch.Batch, len(parts))
	err = r.tasks(ctx, st, parts, func(t *op.Task, i int) error {
		o, err := op.Build(st.root, t.Partition, t)
		if err != nil {
			return err
		}
		rows[i], err = op.WriteShuffle(st.exchange, o, t)
		return err
	})
	if err == nil {
		out = rows
	}
	return err
}

// sample reads keys of a stage's rows for the bounds of a range exchange: every k-th key, k growing as a partition turns
// out longer, so that the sample is spread evenly and deterministic.
func (r *run) sample(ctx context.Context, st *stage, by plan.Sampled) error {
	parts := r.partitions(st)
	samples := make([][]any, len(parts))
	size := by.SampleSize(len(parts))
	err := r.tasks(ctx, st, parts, func(t *op.Task, i int) error {
		o, err := op.Build(st.root, t.Partition, t)
		if err != nil {
			return err
		}
		var keys []any
		every, seen := 1, 0
		prepare := by.Key(t.Partition)
		err = op.Drain(o, func(b *batch.Batch) error {
			key, err := prepare(b)
			if err != nil {
				return err
			}
			for k := range b.Rows() {
				if seen%every == 0 {
					keys = append(keys, key(b.Row(k)))
				}
				seen++
				if len(keys) >= 2*size {
					for j := range size {
						keys[j] = keys[2*j]
					}
					keys = keys[:size]
					every *= 2
				}
			}
			return nil
		})
		samples[i] = keys
		return err
	})
	if err != nil {
		return err
	}
	var all []any
	for _, s := range samples {
		all = append(all, s...)
	}
	by.SetSample(all)
	return nil
}

// A StageError is the failure of a job because a task failed too often.
type StageError struct {
	Stage, Task, Attempts int
	Cause                 error
}

func (e *StageError) Error() string {
	return fmt.Sprintf("job aborted due to stage failure: task %d in stage %d.0 failed %d times, most recent failure: %v", e.Task, e.Stage, e.Attempts, e.Cause)
}

func (e *StageError) Unwrap() error { return e.Cause }
