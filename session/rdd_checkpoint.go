package session

import (
	"os"

	"gospark/runtime/plan"
)

// SetCheckpointDir makes the directory for what has to outlive the context: the state of streams.
func (sc *SparkContext) SetCheckpointDir(dir string) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		raise("SetCheckpointDir", err)
	}
	sc.mu.Lock()
	sc.checkpointDir = dir
	sc.mu.Unlock()
}

// GetCheckpointDir is what SetCheckpointDir was given, or "".
func (sc *SparkContext) GetCheckpointDir() string {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.checkpointDir
}

// The kinds of RDD that lineage shows below a checkpoint.
const (
	reliableCheckpoint = "ReliableCheckpointRDD"
	localCheckpoint    = "LocalCheckpointRDD"
)

// Checkpoint ends lineage at this RDD: after the next action that uses it all its rows are kept, and it is not computed
// again. The rows are kept in memory, not in the checkpoint directory: they live as long as the context, and nothing could
// read them after it.
func (r *RDD) Checkpoint() { r.checkpoint(reliableCheckpoint) }

// LocalCheckpoint is Checkpoint; in one process there is no difference but the name in lineage.
func (r *RDD) LocalCheckpoint() *RDD {
	r.checkpoint(localCheckpoint)
	return r
}

func (r *RDD) checkpoint(kind string) {
	o := r.node.From()
	if o.Persisted() == nil {
		o.Persist(&plan.Cache{Origin: o, Child: r.node})
	}
	r.sc.mu.Lock()
	defer r.sc.mu.Unlock()
	r.sc.checkpoints = append(r.sc.checkpoints, pending{r, kind})
}

// pending is a checkpoint that was asked for.
type pending struct {
	r    *RDD
	kind string
}

// checkpointAfter takes the checkpoints that an action on r has begun: partitions that it left out are computed now.
func (sc *SparkContext) checkpointAfter(r *RDD) {
	sc.mu.Lock()
	if len(sc.checkpoints) == 0 {
		sc.mu.Unlock()
		return
	}
	used := map[plan.Node]bool{}
	plan.Walk(r.node, func(n plan.Node) { used[n] = true })
	var due, later []pending
	for _, p := range sc.checkpoints {
		if used[p.r.node] {
			due = append(due, p)
		} else {
			later = append(later, p)
		}
	}
	sc.checkpoints = later
	sc.mu.Unlock()
	for _, p := range due {
		c := p.r.node.From().Persisted()
		if c == nil {
			continue // unpersisted meanwhile
		}
		if n, _ := sc.sched.CacheState(c); n < p.r.GetNumPartitions() {
			p.r.counts("checkpoint", nil)
		}
		c.Checkpoint.Store(sc.origin("checkpoint", p.kind))
	}
}

// IsCheckpointed says whether lineage ends here.
func (r *RDD) IsCheckpointed() bool { return r.checkpointed() != nil }

// IsLocallyCheckpointed says whether LocalCheckpoint ended lineage here.
func (r *RDD) IsLocallyCheckpointed() bool {
	o := r.checkpointed()
	return o != nil && o.Kind == localCheckpoint
}

// GetCheckpointFile is "": the rows of a checkpoint are kept in memory.
func (r *RDD) GetCheckpointFile() string { return "" }

func (r *RDD) checkpointed() *plan.Origin {
	if c := r.node.From().Persisted(); c != nil {
		return c.Checkpoint.Load()
	}
	return nil
}
