package engine

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"gospark/runtime/batch"
	"gospark/runtime/condition"
	"gospark/runtime/connector"
	"gospark/runtime/connector/file"
	"gospark/runtime/format/files"
	"gospark/runtime/logical"
	"gospark/runtime/op"
	"gospark/runtime/resolved"
)

// modes are the names of save modes, and what they mean.
var modes = map[string]string{"append": "append", "overwrite": "overwrite", "ignore": "ignore", "error": "error", "errorifexists": "error", "default": "error", "": "error"}

func modeOf(name string) (string, error) {
	m, ok := modes[strings.ToLower(name)]
	if !ok {
		return "", condition.New("INVALID_SAVE_MODE", "42000", "The specified save mode %s is invalid. Valid save modes include \"append\", \"overwrite\", \"ignore\", \"error\", \"errorifexists\", and \"default\".", name).
			WithParam("mode", name)
	}
	return m, nil
}

// write saves a relation into a table or a directory.
func (e *Engine) write(ctx context.Context, j Job, c *logical.Write, p Params) error {
	mode, err := modeOf(c.Mode)
	if err != nil {
		return err
	}
	if len(c.Table) > 0 {
		return e.saveTable(ctx, j, c, mode, p)
	}
	r, err := e.Analyze(c.Input, p)
	if err != nil {
		return err
	}
	if strings.EqualFold(c.Format, "noop") {
		return e.discard(ctx, j, r)
	}
	if found, err := e.Send(ctx, j, r, c.Format, mode, c.Options); found {
		return err
	}
	name := c.Format
	if name == "" {
		name = e.defaultFormat()
	}
	if _, err := files.Lookup(name); err != nil {
		return err
	}
	env := e.fileEnv(c.Options)
	path := c.Path
	if path == "" {
		path = env.Options.Text("path", "")
	}
	if path == "" {
		return condition.New("", "", "'path' is not specified").WithFix("name a directory with Save(path)")
	}
	dir, err := file.Local(path)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(dir); err == nil {
		switch mode {
		case "ignore":
			return nil
		case "error":
			return condition.New("PATH_ALREADY_EXISTS", "42K04", "Path file:%s already exists. Set mode as \"overwrite\" to overwrite the existing path.", dir).WithParam("outputPath", "file:"+dir)
		}
	}
	spec := files.JobSpec{Dir: dir, Format: name, PartitionBy: c.PartitionBy, Env: env, Overwrite: mode == "overwrite", Success: e.marks()}
	spec.Dynamic = strings.EqualFold(env.Options.Text("partitionOverwriteMode", e.Settings.Get("spark.sql.sources.partitionOverwriteMode", "static")), "dynamic")
	return e.save(ctx, j, r, spec)
}

// marks says whether a write leaves _SUCCESS.
func (e *Engine) marks() bool {
	return e.Settings.Get("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "true") != "false"
}

// save runs a relation and writes its rows.
func (e *Engine) save(ctx context.Context, j Job, r resolved.Relation, spec files.JobSpec) error {
	if spec.Overwrite {
		if err := notReadFrom(r, spec.Dir); err != nil {
			return err
		}
	}
	if err := refuseStream(r); err != nil {
		return err
	}
	spec.Schema = e.Schema(r)
	ec := e.context()
	n, err := e.Plan(r, ec)
	if err != nil {
		return err
	}
	out, err := files.NewJob(spec)
	if err != nil {
		return err
	}
	j.Plan = n
	j.Action = func(t *op.Task, o op.Operator) (any, error) {
		w, err := out.Writer(t.Ctx, t.Partition)
		if err != nil {
			o.Close()
			return nil, err
		}
		return writeRows(t, o, w)
	}
	written, err := e.Scheduler.Run(ctx, &j)
	if err == nil {
		_, err = out.Commit(written)
	}
	if err != nil {
		if left := out.Abort(); left != nil {
			return cause(err)
		}
	}
	return cause(err)
}

// writeRows writes what an operator yields.
func writeRows(t *op.Task, o op.Operator, w connector.Writer) (result any, err error) {
	committed := false
	defer func() {
		if !committed { // also when a user's function panics
			w.Abort()
		}
	}()
	err = op.Drain(o, func(b *batch.Batch) error {
		t.Metrics.OutputRows += int64(b.Rows())
		return w.Write(b)
	})
	if err != nil {
		return nil, err
	}
	if result, err = w.Commit(); err != nil {
		return nil, err
	}
	committed = true
	if f, ok := result.(*files.Written); ok {
		for _, x := range f.Files {
			t.Metrics.OutputBytes += x.Size
		}
	}
	return result, nil
}

// discard runs a relation for nothing but its effort.
func (e *Engine) discard(ctx context.Context, j Job, r resolved.Relation) error {
	n, err := e.Plan(r, e.context())
	if err != nil {
		return err
	}
	j.Plan = n
	j.Action = func(t *op.Task, o op.Operator) (any, error) {
		return nil, op.Drain(o, func(*batch.Batch) error { return nil })
	}
	_, err = e.Scheduler.Run(ctx, &j)
	return cause(err)
}

// notReadFrom refuses to replace files that the same query reads.
func notReadFrom(r resolved.Relation, dir string) error {
	local, err := file.Local(dir)
	if err != nil {
		return err
	}
	read := false
	resolved.Walk(r, func(r resolved.Relation) {
		s, ok := r.(*resolved.Scan)
		if !ok {
			return
		}
		if f, ok := s.Source.(*files.Relation); ok {
			for _, root := range f.Roots() {
				read = read || root == local || strings.HasPrefix(root, local+string(filepath.Separator))
			}
		}
	})
	if read {
		return condition.New("UNSUPPORTED_OVERWRITE.PATH", "42902", "Can't overwrite the target that is also being read from. The target path is file:%s.", local).WithParam("path", "file:"+local)
	}
	return nil
}
