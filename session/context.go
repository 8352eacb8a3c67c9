package session

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gospark/runtime/exec"
	"gospark/runtime/gofunc"
	"gospark/runtime/plan"
	"gospark/runtime/progress"
)

func defaultCores() int { return runtime.GOMAXPROCS(0) }

// A SparkContext makes RDDs and runs their actions.
type SparkContext struct {
	cfg     Config
	conf    *RuntimeConf
	bus     *progress.Bus
	sched   *exec.Scheduler
	id      string
	user    string
	uiURL   string
	started time.Time
	spark   *SparkSession // the first session

	rdds         atomic.Int64 // the next RDD's id
	accumulators atomic.Int64 // the next accumulator's id
	broadcasts   atomic.Int64 // the next broadcast's id

	scopes    sync.Map // of exec.Goroutine, *scope
	streaming streamRegistry

	mu sync.Mutex
	// what jobs carry that are started outside a scope of their own
	group, desc string
	tags        []string
	properties  map[string]string
	// checkpoints are asked for and not taken yet
	checkpoints   []pending
	checkpointDir string
	stopped       bool
	closers       []func(context.Context) error
}

// A scope is what runs on a goroutine: the prompt's evaluation, or a streaming batch. Jobs belong to the scope of the
// goroutine that starts them, so that Ctrl-C at the prompt never touches a stream.
type scope struct {
	ctx   context.Context
	batch exec.Batch
	group string
	desc  string
	tags  []string
	onJob func(id int)
	site  string // the user's place, when it is not where the goroutine is: a stream's operation
}

// enter makes sc the scope of the calling goroutine until the function returned is called.
func (sc *SparkContext) enter(s *scope) (leave func()) {
	g := exec.Goroutine()
	sc.scopes.Store(g, s)
	return func() { sc.scopes.Delete(g) }
}

// within is enter for a part of a scope.
func (sc *SparkContext) within(s *scope) (leave func()) {
	g := exec.Goroutine()
	outer, nested := sc.scopes.Swap(g, s)
	return func() {
		if nested {
			sc.scopes.Store(g, outer)
		} else {
			sc.scopes.Delete(g)
		}
	}
}

func (sc *SparkContext) scope() *scope {
	if s, ok := sc.scopes.Load(exec.Goroutine()); ok {
		return s.(*scope)
	}
	s := &scope{ctx: context.Background()}
	if sc.cfg.Context != nil {
		s.ctx = sc.cfg.Context()
	}
	sc.mu.Lock()
	s.group, s.desc, s.tags = sc.group, sc.desc, sc.tags
	sc.mu.Unlock()
	return s
}

// Bus carries the context's events.
func (sc *SparkContext) Bus() *progress.Bus { return sc.bus }

// origin describes a node made by the method op (Spark's name, such as "map") and shown in lineage as kind, above the
// further RDDs that Spark makes for the same call. They are numbered from below.
func (sc *SparkContext) origin(op, kind string, below ...string) *plan.Origin {
	o := &plan.Origin{Op: op, Site: sc.site(), Kind: kind, Below: make([]plan.Below, len(below))}
	for i := len(below) - 1; i >= 0; i-- {
		o.Below[i] = plan.Below{ID: int(sc.rdds.Add(1) - 1), Kind: below[i]}
	}
	o.ID = int(sc.rdds.Add(1) - 1)
	return o
}

// site is the user's place: from the shell, or the first caller outside this module's runtime and session.
func (sc *SparkContext) site() string {
	if s, ok := sc.scopes.Load(exec.Goroutine()); ok && s.(*scope).site != "" {
		return s.(*scope).site
	}
	if sc.cfg.Site != nil {
		return sc.cfg.Site()
	}
	var pcs [24]uintptr
	fs := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := fs.Next()
		if !strings.HasPrefix(f.Function, "gospark/session.") && !strings.HasPrefix(f.Function, "gospark/runtime/") || strings.HasSuffix(f.File, "_test.go") {
			return fmt.Sprintf("%s:%d", f.File[strings.LastIndexByte(f.File, '/')+1:], f.Line)
		}
		if !more {
			return ""
		}
	}
}

// run runs an action on r, named after the method op.
func (sc *SparkContext) run(op string, r *RDD, parts []int, action actionFunc) []any {
	s := sc.scope()
	name, site := op, s.site
	if site == "" {
		site = sc.site()
	}
	if site != "" {
		name += " at " + site
	}
	res, err := sc.sched.Run(s.ctx, &exec.Job{Plan: r.node, Partitions: parts, Action: action, Name: name,
		Description: s.desc, Group: s.group, Tags: s.tags, Batch: s.batch, Started: s.onJob})
	if err != nil {
		raise(op, err)
	}
	sc.checkpointAfter(r)
	return res
}

// onStop registers something to end when the context stops; the last registered ends first.
func (sc *SparkContext) onStop(f func(context.Context) error) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	sc.closers = append(sc.closers, f)
}

// newRDD is the RDD of a node whose records have the shape.
func (sc *SparkContext) newRDD(n plan.Node, s gofunc.Shape) *RDD {
	return &RDD{sc: sc, node: n, shape: s}
}
