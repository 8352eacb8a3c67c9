package incremental

// due is when state wants a batch; it is looked up once after a batch, when somebody asks.
type due struct {
	known bool
	ms    int64
	ok    bool
}

// WantsBatch says whether a batch without new data is due at a time, in ms: the last one moved the watermark and an
// operator has something to emit or to clean up, or a timeout in processing time has come.
func (q *Query) WantsBatch(now int64) bool {
	at, ok := q.Due()
	return ok && at <= now
}

// Due is from when on, in ms of processing time, a batch is due without new data; false: only new data makes one.
func (q *Query) Due() (ms int64, ok bool) {
	if !q.idles() {
		return 0, false
	}
	if q.wanted {
		return 0, true
	}
	if !q.due.known {
		q.due = q.lookUp()
	}
	return q.due.ms, q.due.ok
}

// idles says whether batches without data are run at all.
func (q *Query) idles() bool {
	return q.last != nil && len(q.last.Operators) > 0 && q.cfg.Conf("spark.sql.streaming.noDataMicroBatches.enabled") != "false"
}

// lookUp asks state when an operator has something to do. State that cannot be read is due at once: the batch says why.
func (q *Query) lookUp() due {
	d := due{known: true}
	for _, o := range q.last.Operators {
		for p := range o.Partitions {
			if o.Due == nil {
				break
			}
			s, err := q.cfg.State.Store(o.Operator, p, q.position.Batch)
			if err != nil {
				return due{known: true, ms: 0, ok: true}
			}
			if ms, ok := o.Due(s); ok && (!d.ok || ms < d.ms) {
				d.ms, d.ok = ms, true
			}
		}
	}
	return d
}

// wants says whether the watermark that the last batch made gives an operator something to do.
func (q *Query) wants() bool {
	if !q.idles() || !q.watched || q.position.Watermark == q.position.Previous {
		return false
	}
	_, next, _, err := q.plan(Batch{}, q.position.Watermark, q.position.Previous, nil)
	if err != nil {
		return false
	}
	for i, o := range next.Operators {
		if o.Cleans && o.Evict > q.last.Operators[i].Evict {
			return true
		}
	}
	return false
}
