package session

import (
	"bytes"
	"io"
	"strconv"
	"time"

	"gospark/runtime/batch"
	"gospark/runtime/op"
)

const (
	printed = 10 // records that Print shows
	rule    = "-------------------------------------------\n"
)

// Print prints the first ten records of each batch, or the first n.
func (d *DStream) Print(n ...int) {
	count := number("Print", n, printed)
	d.addOutput("print", func(r *RDD, t int64) {
		d.ssc.block(strconv.FormatInt(t, 10)+" ms", r, count, func(b []byte, rows *batch.Batch, i int) []byte {
			return r.shape.AppendRow(b, rows, i, 0)
		})
	})
}

// PPrint prints the first ten records of each batch, or the first n, as PySpark's pprint does.
func (d *DStream) PPrint(n ...int) {
	count := number("PPrint", n, printed)
	d.addOutput("pprint", func(r *RDD, t int64) {
		layout := "2006-01-02 15:04:05"
		if t%1000 != 0 {
			layout += ".000000"
		}
		d.ssc.block(time.UnixMilli(t).Format(layout), r, count, func(b []byte, rows *batch.Batch, i int) []byte {
			return appendPython(b, r.shape.Box(rows, i, 0), false)
		})
	})
}

// block prints a batch in one Write.
func (ssc *StreamingContext) block(time string, r *RDD, n int, text func([]byte, *batch.Batch, int) []byte) {
	lines, more := r.lines(n, text)
	var b bytes.Buffer
	b.WriteString(rule)
	b.WriteString("Time: " + time + "\n")
	b.WriteString(rule)
	b.Write(lines)
	if more {
		b.WriteString("...\n")
	}
	b.WriteByte('\n')
	if len(lines) == 0 && ssc.turn.quiet.hold(b.Bytes()) {
		return
	}
	if q := &ssc.turn.quiet; q.batches > 0 && !q.talking {
		ssc.sc.cfg.Empty(ssc.id, "")
	}
	for _, before := range ssc.turn.quiet.spoken() {
		ssc.show(before, false)
	}
	ssc.show(b.Bytes(), len(lines) > 0)
}

func (ssc *StreamingContext) show(block []byte, records bool) {
	if err := ssc.console.print(ssc.sc.cfg.Out, block, records); err != nil {
		raise("print", err)
	}
}

// lines is the text of the first n records, and whether there are more. It computes as many partitions as there are slots
// first, which takes no longer than one, and more of them only as they are needed.
func (r *RDD) lines(n int, text func([]byte, *batch.Batch, int) []byte) (all []byte, more bool) {
	type head struct {
		lines [][]byte
	}
	count := 0
	for done, total := 0, r.GetNumPartitions(); done < total && count <= n; {
		try := r.sc.sched.Slots()
		if done > 0 {
			try = 4 * done
			if count > 0 {
				try = min(max(3*(n+1)*done/(2*count)-done, 1), try)
			}
		}
		parts := make([]int, min(try, total-done))
		for i := range parts {
			parts[i] = done + i
		}
		left := n + 1 - count
		for _, p := range r.sc.run("print", r, parts, func(_ *op.Task, o op.Operator) (any, error) {
			var h head
			err := firstRows(o, left, func(b *batch.Batch, i int) { h.lines = append(h.lines, append(text(nil, b, i), '\n')) })
			return h, err
		}) {
			for _, l := range p.(head).lines {
				if count++; count > n {
					return all, true
				}
				all = append(all, l...)
			}
		}
		done += len(parts)
	}
	return all, false
}

// firstRows calls f for the first n rows and closes the operator.
func firstRows(o op.Operator, n int, f func(b *batch.Batch, row int)) (err error) {
	defer func() {
		if e := o.Close(); err == nil {
			err = e
		}
	}()
	for n > 0 {
		b, err := o.Next()
		if err != nil {
			return endOf(err)
		}
		for i := 0; i < b.Rows() && n > 0; i++ {
			f(b, b.Row(i))
			n--
		}
	}
	return nil
}

// ForeachRDD calls f, func(*RDD) or func(*RDD, time.Time), with the RDD of each batch. Nothing is computed unless f calls
// an action.
func (d *DStream) ForeachRDD(f any) {
	call := rddFunc("ForeachRDD", f, 1, false)
	d.addOutput("foreachRDD", func(r *RDD, t int64) { call([]*RDD{r}, t) })
}

// SaveAsTextFiles writes each batch into a directory of its own, prefix-TIME.suffix with the batch time in milliseconds,
// as RDD.SaveAsTextFile does.
func (d *DStream) SaveAsTextFiles(prefix string, suffix ...string) {
	d.addOutput("saveAsTextFiles", func(r *RDD, t int64) {
		r.SaveAsTextFile(batchPath(prefix, suffix, t))
	})
}

func batchPath(prefix string, suffix []string, t int64) string {
	path := strconv.FormatInt(t, 10)
	if prefix != "" {
		path = prefix + "-" + path
	}
	if len(suffix) > 0 && suffix[0] != "" {
		path += "." + suffix[0]
	}
	return path
}

// endOf makes nil of the end of rows.
func endOf(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}
